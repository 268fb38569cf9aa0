import { registerHooks } from 'node:module';

/**
 * Loaded before the program, so that a test of its time limits need not wait for them: writes the numbers of
 * TEST_LIMITS, a JSON object, into `model/limits.ts` as it is read.
 */

const limits = JSON.parse(process.env['TEST_LIMITS'] ?? '{}') as Readonly<Record<string, number>>;

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/model/limits.ts')) return loaded;
    let source = String(loaded.source);
    for (const [name, value] of Object.entries(limits)) {
      const row = new RegExp(`(\\b${name}: )[\\d_]+,`);
      if (!row.test(source)) throw new Error(`model/limits.ts has no plain number '${name}'`);
      source = source.replace(row, `$1${value},`);
    }
    return { ...loaded, source };
  },
});
