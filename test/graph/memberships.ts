import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';

/**
 * What the tests of memberships stand on: groups within groups, a diamond, a circle, and administrative units, beside the
 * development tenant's own (All Devices ← Kiosks ← KIOSK-01).
 *
 *     Europe (unit) ← Site ← North ← Hall      Loop 1 ⇄ Loop 2 ← Hall
 *                     Site ← South ← Hall      Hall ← build-agent-7, Member, the daemon's service principal
 *     Head Office (unit) ← build-agent-7       Mail (Microsoft 365, not security-enabled) ← build-agent-7, Member
 */

const NAMES = ['Site', 'North', 'South', 'Hall', 'Loop 1', 'Loop 2', 'Mail', 'Europe'] as const;
type Name = (typeof NAMES)[number];

export const PLACES = Object.fromEntries(NAMES.map((name) => [name, fixedGuid(`place:${name}`)])) as Readonly<
  Record<Name, string>
>;
export const HEAD_OFFICE = '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad';
export const ALL_DEVICES = '3b5950ff-faf7-46d4-b1d4-12dc239e0520';
export const ENGINEERING = '0e4f9c14-6532-4878-83cc-40be0f668415';
export const DAEMON_PRINCIPAL = fixedGuid(`principal:${DEV.daemon}`);

const MAIL = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false, mail: 'mail@contoso.example' };

// biome-ignore format: a table is read by its columns
const MEMBERS: readonly (readonly [source: string, target: string, targetType: string])[] = [
  [PLACES.Europe,   PLACES.Site,      'group'],
  [PLACES.Site,     PLACES.North,     'group'],
  [PLACES.Site,     PLACES.South,     'group'],
  [PLACES.North,    PLACES.Hall,      'group'],
  [PLACES.South,    PLACES.Hall,      'group'],
  [PLACES['Loop 1'], PLACES['Loop 2'], 'group'],
  [PLACES['Loop 2'], PLACES['Loop 1'], 'group'],
  [PLACES['Loop 2'], PLACES.Hall,      'group'],
  [PLACES.Hall,     DEV.buildAgent,   'device'],
  [PLACES.Hall,     DEV.member,       'user'],
  [PLACES.Hall,     DAEMON_PRINCIPAL, 'servicePrincipal'],
  [PLACES.Mail,     DEV.buildAgent,   'device'],
  [PLACES.Mail,     DEV.member,       'user'],
  [HEAD_OFFICE,     DEV.buildAgent,   'device'],
];

export function openMemberships(): Promise<Desk> {
  const isUnit = (id: string) => id === PLACES.Europe || id === HEAD_OFFICE;
  const objects = NAMES.map((name) => ({
    type: isUnit(PLACES[name]) ? 'administrativeUnit' : 'group',
    values: { id: PLACES[name], displayName: name, ...(name === 'Mail' ? MAIL : {}) },
  }));
  const links = MEMBERS.map(([source, target, targetType]) => ({
    link: { type: isUnit(source) ? 'administrativeUnit' : 'group', relation: 'members' },
    source,
    target,
    targetType,
  }));
  return openDesk({ more: { objects, links } });
}

/** The names of a page's objects, sorted. */
export function namesIn({ json }: { readonly json: { value: { displayName: string }[] } }): readonly string[] {
  return json.value.map(({ displayName }) => displayName).toSorted();
}
