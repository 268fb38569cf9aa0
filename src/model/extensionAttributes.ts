import { LIMITS } from './limits.ts';
import { type ComplexType, filterable, type Member } from './shape.ts';

/**
 * The fifteen attributes that devices and users have for whatever an organization wants to keep in them.
 * https://learn.microsoft.com/graph/api/resources/onpremisesextensionattributes
 */

export const ATTRIBUTE_NUMBERS = Array.from({ length: 15 }, (_, index) => index + 1);

export const attributeName = (n: number) => `extensionAttribute${n}`;

export const onPremisesExtensionAttributes: ComplexType = {
  name: 'onPremisesExtensionAttributes',
  members: ATTRIBUTE_NUMBERS.map(
    (n): Member => ({
      name: attributeName(n),
      type: 'String',
      most: LIMITS.extensionAttributeCharacters,
      filter: filterable('eq+ ne+ not+ in+ startsWith+ null+'),
      index: 'indexed',
    }),
  ),
};
