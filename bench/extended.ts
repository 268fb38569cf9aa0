import type { Definition } from '../src/model/extension.ts';
import type { Values } from '../src/store/contract.ts';

/** Devices with extension values: what a tenant has defined, and what each device has of it. */

const DIGITS = '1e909665fe9f4dd7b78924f2dae8ddc0';
const SITES = 500;

/** As many as one object may have values of. */
export const DEFINITIONS: readonly Pick<Definition, 'name' | 'types' | 'form'>[] = Array.from(
  { length: 100 },
  (_, index) => ({
    name: extensionName(index),
    types: ['device'],
    form: { kind: 'directory', dataType: 'String', collection: false },
  }),
);

export function extensionName(index: number): string {
  return `extension_${DIGITS}_attribute${index}`;
}

/** Three values of each device: one that it alone has, one that many have, one that a tenth have at all. */
export function extensionValues(index: number): Values {
  const often = index % 10 === 0 ? { [extensionName(2)]: `Contract ${index % 1_000}` } : {};
  return { [extensionName(0)]: assetTag(index), [extensionName(1)]: siteOf(index), ...often };
}

export function assetTag(index: number): string {
  return `Asset ${index}`;
}

export function siteOf(index: number): string {
  return `Site ${index % SITES}`;
}

/** A value of each definition, as they are when somebody fills all of them. */
export function allValues(): Values {
  return Object.fromEntries(DEFINITIONS.map(({ name }, index) => [name, `Value ${index} of 100`]));
}
