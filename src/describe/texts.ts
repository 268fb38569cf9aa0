import type { Version } from '../model/shape.ts';
import { csdl } from './csdl.ts';
import { openapi } from './openapi.ts';

/** The descriptions as they are sent. The model doesn't change while the program runs, so each is made once. */

const metadata = new Map<Version, string>();
const documents = new Map<Version, readonly string[]>();

export function metadataText(version: Version): string {
  const text = metadata.get(version) ?? csdl(version);
  metadata.set(version, text);
  return text;
}

/** Stands where the origin goes, which each caller may call by another name. */
const ORIGIN = 'https://origin.invalid';

/** @param origin where this service is, as the caller calls it */
export function openapiText(version: Version, origin: string): string {
  const pieces = documents.get(version) ?? JSON.stringify(openapi(version, ORIGIN)).split(ORIGIN);
  documents.set(version, pieces);
  return pieces.join(JSON.stringify(origin).slice(1, -1));
}
