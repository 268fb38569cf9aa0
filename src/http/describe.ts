import { metadataText, openapiText } from '../describe/texts.ts';
import { typesOf } from '../directory/world.ts';
import { ENTITY_TYPES } from '../model/directory.ts';
import type { EntityType, Version } from '../model/shape.ts';
import { allowOnly } from '../query/check.ts';
import { parseOptions } from '../query/parse.ts';
import { documentAnswer, metadataAnswer } from './answer.ts';
import type { World } from './call.ts';
import type { Answer, Request } from './message.ts';

/**
 * What the service is like, for programs. Nobody has to say who asks; whoever does, is told of what the own tenant has
 * added, too.
 */
export async function describe(
  { query, origin, headers }: Request,
  kind: 'metadata' | 'openapi',
  version: Version,
  world: World,
): Promise<Answer> {
  allowOnly(parseOptions(query));
  const own = await ownTypes(headers['authorization'], world);
  if (kind === 'metadata') return metadataAnswer(metadataText(version, own));
  return documentAnswer(openapiText(version, origin, own));
}

async function ownTypes(authorization: string | undefined, world: World): Promise<readonly EntityType[] | undefined> {
  if (authorization === undefined) return undefined;
  const types = await typesOf(world, await world.callers.identify(authorization));
  return types.key === '' ? undefined : ENTITY_TYPES.map(types.of);
}
