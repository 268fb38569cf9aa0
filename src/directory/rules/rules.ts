import { applicationsChangeWindowsDevices } from './applicationsChangeWindowsDevices.ts';
import type { UpdateRule } from './updateRule.ts';

/** The special rules of updating, in the order in which they are asked. */
export const UPDATE_RULES: readonly UpdateRule[] = [applicationsChangeWindowsDevices];
