import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTITY_TYPES } from '../../src/model/directory.ts';
import { PERMISSION_NAMES } from '../../src/model/permissions.ts';
import { sourceFiles } from './source.ts';

/**
 * The model is data: no file outside it names a property, a relation or a permission. So adding a property is
 * adding a row.
 */

/** Words that are names in the model and words of the trade elsewhere; a row of the model they are not meant as. */
const EVERYDAY = new Set([
  'id', // every object's key, in every room
  'displayName', // of a tenant, which is no entity of the model
  'appId', // how sign-in calls a client
  'description', // of a command
  'kind',
  'name',
  'model',
  'status',
  'state',
  'members',
  'owners', // of an object, in error texts
  'scope',
  'owner', // of a secret
  'properties', // of a type, and of a JSON schema
  'issuer', // of tokens, in sign-in
  'subject', // of a rule, of a token
  'audiences', // of tokens
  'info', // of an OpenAPI document, as the next
  'tags',
  'theme',
  'platform',
  'mail',
  'city',
  'country',
  'version', // of Graph, as the model's rows have it
  'condition', // of a query
  'principal', // of a token
  'api', // an application's, and how scopes begin
  'publicClient', // how sign-in calls a client without a secret
  'web',
]);

/** Genuine special rules may name what they are about. */
const SPECIAL = /^directory\/rules\//;

const names = [
  ...ENTITY_TYPES.flatMap((type) => [...type.properties, ...type.relations].map((row) => row.name)),
  ...PERMISSION_NAMES,
].filter((name) => !EVERYDAY.has(name));

test('names of properties, relations and permissions stand in the model only', () => {
  assert.ok(names.length > 100, 'the model was read');
  const found = sourceFiles()
    .filter((file) => !file.path.startsWith('model/') && !SPECIAL.test(file.path))
    .flatMap((file) => {
      const words = new Set(file.code.match(/[A-Za-z][\w.]*/g) ?? []);
      const parts = new Set([...words].flatMap((word) => word.split('.')));
      return [...new Set(names)]
        .filter((name) => words.has(name) || parts.has(name))
        .map((name) => `${file.path}: ${name}`);
    });
  assert.deepEqual(found, []);
});

test('no type or set of the model is named outside it, but for the development tenant and special rules', () => {
  const sets = ENTITY_TYPES.flatMap((type) => (type.set === undefined ? [] : [type.set]));
  const found = sourceFiles()
    .filter((file) => !file.path.startsWith('model/') && !SPECIAL.test(file.path))
    .flatMap((file) => sets.filter((set) => file.code.includes(`'${set}'`)).map((set) => `${file.path}: ${set}`));
  assert.deepEqual(found, []);
});
