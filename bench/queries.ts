import { fold } from '../src/lib/text.ts';
import { device } from '../src/model/device.ts';
import { fieldCode } from '../src/store/columns.ts';
import { placeOf, tenantTerms } from '../src/store/sqlite/names.ts';
import { wordTerm } from '../src/store/terms.ts';
import { TENANT_KEY } from './ceilingWrites.ts';
import { deviceId, deviceValues } from './devices.ts';
import { CHAIN_LENGTH, CHAINED_DEVICE, LARGE_GROUP, largeGroupMembers } from './groups.ts';

/** The queries that are measured; all of them in advanced query mode. */
export type Query = {
  readonly name: string;
  readonly path: string;
  /** The longest that half of the requests may take with one connection, in milliseconds. */
  readonly goal?: number;
  /** The best that is known to be got out of the same tables with one statement, for the ceiling. */
  readonly reference?: Reference;
};

type Reference = {
  /** → the objects' JSON. */
  readonly rows: string;
  /** → how many there are of them in all. */
  readonly count?: string;
  readonly values: readonly (string | number)[];
};

const PAGE = 100;
const GOALS = { filter: 2, search: 5, up: 2, down: 20 };

const FREQUENT = 'Windows';
/** Of a name's seven digits, so many lead to some five hundred devices. */
const PREFIX_LENGTH = 'WINDOWS-00000'.length;

export function queriesOf(seed: number, devices: number): readonly Query[] {
  const prefix = nameNear(seed, Math.floor(devices / 2)).slice(0, PREFIX_LENGTH);
  const [hardware = ''] = [deviceValues(seed, devices >> 1)['physicalIds']].flat().map(String).slice(-1);
  const rare = rareWord(devices);
  const members = largeGroupMembers(devices).toLocaleString('en');
  const group = `/v1.0/groups/${LARGE_GROUP}`;
  // biome-ignore format: a table is read by its columns
  return [
    { name: 'operatingSystem eq, $count',                   path: filtered(`operatingSystem eq '${FREQUENT}'`), goal: GOALS.filter, reference: equal('operatingSystem', FREQUENT) },
    { name: 'trustType eq, $count',                         path: filtered("trustType eq 'AzureAd'"),           goal: GOALS.filter, reference: equal('trustType', 'AzureAd') },
    { name: 'startsWith(displayName), 500 of all, $count',  path: filtered(`startsWith(displayName,'${prefix}')`),   goal: GOALS.filter, reference: startingWith('displayName', prefix) },
    { name: 'startsWith(displayName), 40 % of all, $count', path: filtered("startsWith(displayName,'WINDOWS-')"),    goal: GOALS.filter, reference: startingWith('displayName', 'WINDOWS-') },
    { name: '$search, a word that 40 % have',               path: searched(FREQUENT),                           goal: GOALS.search, reference: word(FREQUENT) },
    { name: '$search, a word that one has',                 path: searched(rare),                               goal: GOALS.search, reference: word(rare) },
    { name: '$search, a word that 40 % have, $count',       path: `${searched(FREQUENT)}&$count=true` },
    { name: 'trustType ne, $count',                         path: filtered("trustType ne 'Workplace'") },
    { name: 'two properties, $count',                       path: filtered(`operatingSystem eq '${FREQUENT}' and isCompliant eq false`) },
    { name: 'physicalIds/any eq, $count',                   path: filtered(`physicalIds/any(p:p eq '${hardware}')`) },
    { name: 'registrationDateTime ge, half of all, $count', path: filtered('registrationDateTime ge 2025-01-01T00:00:00Z') },
    { name: '$orderby displayName, $count',                 path: listed({ $orderby: 'displayName', $count: 'true' }) },
    { name: 'operatingSystem eq, $orderby displayName, $count', path: `${filtered(`operatingSystem eq '${FREQUENT}'`)}&$orderby=displayName` },
    { name: '$select of two',                               path: listed({ $select: 'id,displayName' }) },
    { name: '$expand memberOf',                             path: '/v1.0/devices?$expand=memberOf($select=id,displayName)' },
    { name: '/devices/$count',                              path: '/v1.0/devices/$count' },
    { name: `transitiveMemberOf, a chain of ${CHAIN_LENGTH} groups`, path: `/v1.0/devices/${deviceId(seed, CHAINED_DEVICE)}/transitiveMemberOf`, goal: GOALS.up },
    { name: `transitiveMembers, first page of ${members}`,  path: `${group}/transitiveMembers`,                 goal: GOALS.down },
    { name: `transitiveMembers, first page of ${members}, $count`, path: `${group}/transitiveMembers?$count=true` },
  ];
}

/** The query that other servers are compared by, too: a filter by a property with an index, a count, a page of 100. */
export const FILTERED_PAGE = filtered(`operatingSystem eq '${FREQUENT}'`);

function listed(options: Readonly<Record<string, string>>): string {
  const parts = Object.entries({ ...options, $top: String(PAGE) });
  return `/v1.0/devices?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

function filtered(filter: string): string {
  return listed({ $filter: filter, $count: 'true' });
}

function searched(text: string): string {
  return listed({ $search: `"displayName:${text}"` });
}

/** The name of the first Windows device from that number on. */
function nameNear(seed: number, index: number): string {
  const name = String(deviceValues(seed, index)['displayName']);
  return name.startsWith('WINDOWS-') ? name : nameNear(seed, index + 1);
}

/** The number at the end of one device's name, where it has digits only and so is one word. */
function rareWord(devices: number): string {
  const digits = '1234567';
  const length = [...digits].findLastIndex((_, at) => Number.parseInt(digits.slice(0, at + 1), 36) < devices) + 1;
  return digits.slice(0, length).padStart(digits.length, '0');
}

// -- the ceiling's statements ----------------------------------------------------------------------------------

/** Values that many devices have are found soonest by walking over the devices; their number is kept. */
function equal(property: string, value: string): Reference {
  return {
    rows: `select json from "device" where place > ?1 and "${property}" = ?2 order by place limit ${PAGE}`,
    count: `select count from counter where tenant = ?3 and type = 'device' and field = '${property}' and value = ?2`,
    values: [placeOf(TENANT_KEY, 0), fold(value), TENANT_KEY],
  };
}

function startingWith(property: string, prefix: string): Reference {
  const range = `from "device" where tenant = ?1 and "${property}" >= ?2 and "${property}" < ?3`;
  return {
    rows: `select json ${range} order by "${property}" limit ${PAGE}`,
    count: `select count(*) ${range}`,
    values: [TENANT_KEY, fold(prefix), `${fold(prefix)}\u{10ffff}`],
  };
}

function word(text: string): Reference {
  const { term } = wordTerm(fieldCode(device, { property: 'displayName' }), fold(text));
  return {
    rows: `select json from "device:terms" f cross join "device" t on t.place = f.rowid
      where f."device:terms" match ? order by f.rowid limit ${PAGE}`,
    values: [tenantTerms(TENANT_KEY, term)],
  };
}
