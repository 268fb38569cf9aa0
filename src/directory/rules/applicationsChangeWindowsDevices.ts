import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { device } from '../../model/device.ts';
import { ERRORS } from '../../model/errors.ts';
import type { Rule } from './rule.ts';

const ALWAYS = new Set(['accountEnabled', 'extensionAttributes']);

/**
 * An application without a signed-in user may change all of a device only if it runs Windows.
 * https://learn.microsoft.com/graph/api/device-update
 */
export const applicationsChangeWindowsDevices: Rule = {
  of: device,
  at: ['update'],
  check: ({ caller, current, changes }) => {
    if (caller.kind !== 'application') return;
    if (fold(String(current['operatingSystem'] ?? '')) === 'windows') return;
    if (Object.keys(changes).some((name) => !ALWAYS.has(name))) throw new Refusal(ERRORS.windowsOnly);
  },
};
