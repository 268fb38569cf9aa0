import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { device } from '../../model/device.ts';
import { ERRORS } from '../../model/errors.ts';
import type { UpdateRule } from './updateRule.ts';

const ALWAYS = new Set(['accountEnabled', 'extensionAttributes']);

/**
 * An application without a signed-in user may change all of a device only if it runs Windows.
 * https://learn.microsoft.com/graph/api/device-update
 */
export const applicationsChangeWindowsDevices: UpdateRule = (caller, type, current, changes) => {
  if (caller.kind !== 'application' || type !== device) return;
  if (fold(String(current['operatingSystem'] ?? '')) === 'windows') return;
  if (Object.keys(changes).some((name) => !ALWAYS.has(name))) throw new Refusal(ERRORS.windowsOnly);
};
