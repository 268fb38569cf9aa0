import { ENTITY_TYPES } from '../../../src/model/directory.ts';
import { DATA_TYPES, type Definition, type Form } from '../../../src/model/extension.ts';
import type { EntityType, Property } from '../../../src/model/shape.ts';
import type { Change } from '../../../src/store/contract.ts';
import { typesWith } from '../../../src/store/definitions.ts';

/** Definitions of each kind, for each type that can have them: what both tenants add, in an order of their own. */

const EXTENSIBLE = ENTITY_TYPES.filter((type) => type.extensible?.by.includes('schema')).map(({ name }) => name);

const directory = (dataType: string, collection: boolean): Form => ({ kind: 'directory', dataType, collection });

const FORMS: readonly (readonly [name: string, form: Form])[] = [
  ...Object.keys(DATA_TYPES).flatMap((dataType) =>
    [false, true].map((many) => [`extension_0a_${dataType}${many ? 's' : ''}`, directory(dataType, many)] as const),
  ),
  [
    'ext1_schema',
    {
      kind: 'schema',
      members: [
        { name: 'constructor', dataType: 'String' },
        { name: 'size', dataType: 'Integer' },
        { name: 'since', dataType: 'DateTime' },
      ],
    },
  ],
];

export const DEFINITIONS: readonly Extract<Change, { kind: 'define' }>[] = FORMS.map(([name, form]) => ({
  kind: 'define',
  definition: { name, types: EXTENSIBLE, form },
}));

/** The types with all of them; the numbers are nobody's. */
export const EXTENDED = typesWith(
  DEFINITIONS.map(({ definition }, index): Definition => ({ ...definition, number: index + 1, shown: true })),
);

/** The properties of a type, with those that tenants have added. */
export function rowsOf({ properties, custom }: EntityType): readonly Property[] {
  return [...properties, ...(custom?.shown.values() ?? [])];
}
