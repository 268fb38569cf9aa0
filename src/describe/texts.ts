import { ENTITY_TYPES } from '../model/directory.ts';
import type { EntityType, Version } from '../model/shape.ts';
import { csdl } from './csdl.ts';
import { openapi } from './openapi.ts';

/**
 * The descriptions as they are sent. The model doesn't change while the program runs, so each is made once; what tenants have
 * added does, and is described anew for each who asks.
 */

const metadata = new Map<Version, string>();
const documents = new Map<Version, readonly string[]>();

/** @param own the model's types as a tenant has them; undefined where it has added nothing */
export function metadataText(version: Version, own?: readonly EntityType[]): string {
  if (own) return csdl(version, own);
  const text = metadata.get(version) ?? csdl(version);
  metadata.set(version, text);
  return text;
}

/** Stands where the origin goes, which each caller may call by another name. */
const ORIGIN = 'https://origin.invalid';

/** @param origin where this service is, as the caller calls it */
export function openapiText(version: Version, origin: string, own?: readonly EntityType[]): string {
  const pieces = own ? piecesOf(version, own) : (documents.get(version) ?? piecesOf(version, ENTITY_TYPES));
  if (!own) documents.set(version, pieces);
  return pieces.join(JSON.stringify(origin).slice(1, -1));
}

function piecesOf(version: Version, all: readonly EntityType[]): readonly string[] {
  return JSON.stringify(openapi(version, ORIGIN, all)).split(ORIGIN);
}
