import { createRequire } from 'node:module';

/** The framework, told where its project and its database lie. Plain JavaScript: it has no types of its own here. */

const require = createRequire(import.meta.url);

/** @param {string} path the database's file */
export function openCap(path) {
  const cds = require('@sap/cds');
  cds.root = import.meta.dirname;
  cds.env.requires.db.credentials = { url: path };
  return cds;
}
