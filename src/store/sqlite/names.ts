import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EntityType, LinkName } from '../../model/shape.ts';
import { StoreProblem } from '../contract.ts';

/** How tables, indexes, places and terms are called. */

/**
 * Objects, links and journal rows lie in the order of their numbers, each tenant's apart: a place is the tenant's key and
 * the number of the change, in one whole number that JavaScript and SQLite both hold exactly.
 */
const NUMBERS_PER_TENANT = 2 ** 37;
const TENANTS_MOST = 2 ** 16;

/**
 * Keys of tenants go down from here: so what is written in the first one, which in most directories is nearly everything, goes
 * to the end of every table, where SQLite adds rows quickest and leaves no room unused.
 */
export const FIRST_TENANT_KEY = TENANTS_MOST - 1;

export function placeOf(tenant: number, number: number): number {
  if (tenant < 0 || tenant >= TENANTS_MOST || number >= NUMBERS_PER_TENANT) {
    throw new StoreProblem(
      `This store holds ${TENANTS_MOST} tenants and ${NUMBERS_PER_TENANT} changes of each, no more.`,
    );
  }
  return tenant * NUMBERS_PER_TENANT + number;
}

/** The first place that is the next tenant's. */
export function placesEnd(tenant: number): number {
  return (tenant + 1) * NUMBERS_PER_TENANT;
}

/**
 * Not `limit ?` alone: SQLite looks at the value of a bare parameter to plan with it, and so plans the whole statement anew each
 * time that it is run.
 */
export const AT_MOST = 'limit ? + 0';

/** Every name in SQL is the model's own, and quoted all the same. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function tableOf(type: EntityType): string {
  return quoted(type.name);
}

/** The inverted index of a type's terms: its row ids are the objects' places. */
export function termsTableOf(type: EntityType): string {
  return quoted(`${type.name}:terms`);
}

/** Each of an object's terms led by the tenant, so that a term never leads to another tenant's objects. */
export function tenantTerms(tenant: number, terms: string): string {
  const prefix = `t${tenant.toString(36)}x`;
  return prefix + terms.replaceAll(' ', ` ${prefix}`);
}

/** A relation as the table of links names it. */
export function linkKey(link: LinkName): string {
  return `${link.type}.${link.relation}`;
}

export function indexOf(type: EntityType, column: string): string {
  return quoted(`${type.name}:${column}`);
}

/**
 * A statement that changes something. FTS5 numbers rows of its own beyond what JavaScript holds exactly, and a driver may
 * fail to say which row came last: as whole numbers of any size they do no harm.
 */
export function command(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}
