#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { keepYoungSpace } from './youngSpace.ts';

// Compiled code is kept between starts: the second start takes about half of the first one's time.
enableCompileCache();
keepYoungSpace();
const { run } = await import('./program.ts');
await run(process.argv);
