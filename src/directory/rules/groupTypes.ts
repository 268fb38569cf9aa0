import { Refusal } from '../../lib/refusal.ts';
import { ERRORS } from '../../model/errors.ts';
import { group } from '../../model/group.ts';
import type { ObjectKind } from '../../model/resourceActions.ts';
import type { Values } from '../../store/contract.ts';
import type { Derivation, Rule } from './rule.ts';

/** What kind a group is of: https://learn.microsoft.com/graph/api/resources/groups-overview */

const TYPES: ReadonlySet<unknown> = new Set(['Unified', 'DynamicMembership']);
const STATES: ReadonlySet<unknown> = new Set(['On', 'Paused']);
const VISIBILITIES: ReadonlySet<unknown> = new Set(['Private', 'Public', 'HiddenMembership']);

/** Of the ASCII characters, what a mail alias can't hold. */
const NO_ALIAS = /[^\x21-\x7e]|[@()\\[\]";:.<>,]/;

export function isUnified(values: Values): boolean {
  return typesOf(values).includes('Unified');
}

export function isDynamic(values: Values): boolean {
  return typesOf(values).includes('DynamicMembership');
}

export function kindOf(values: Values): ObjectKind {
  if (values['isAssignableToRole'] === true) return 'assignableToRoles';
  return isUnified(values) ? 'unified' : 'security';
}

function typesOf(values: Values): readonly unknown[] {
  return (values['groupTypes'] ?? []) as readonly unknown[];
}

/** The values of a group fit each other. https://learn.microsoft.com/graph/api/group-post-groups */
export const groupTypes: Rule = {
  of: group,
  at: ['create', 'update'],
  check: ({ kind, current, changes }) => {
    checkWords(changes);
    const after = { ...current, ...changes };
    if (kind === 'update' && isUnified(current) !== isUnified(after)) throw new Refusal(ERRORS.valuesInvalid);
    if (kind === 'create' || 'mailEnabled' in changes || 'securityEnabled' in changes) checkMail(after);
    if (isDynamic(after) && (after['membershipRule'] ?? '') === '') {
      throw new Refusal(ERRORS.valueRequired, { name: 'membershipRule', resource: group.title });
    }
    if (after['isAssignableToRole'] === true && (isDynamic(after) || after['securityEnabled'] !== true)) {
      throw new Refusal(ERRORS.valuesInvalid);
    }
    // Who sees the members is settled when a Microsoft 365 group is made.
    const hides = changes['visibility'] === 'HiddenMembership';
    if (hides && (kind === 'update' || !isUnified(after))) throw invalid('visibility');
  },
};

function checkWords(changes: Values): void {
  if (typesOf(changes).some((name) => !TYPES.has(name))) throw invalid('groupTypes');
  checkWord(changes, 'membershipRuleProcessingState', STATES);
  checkWord(changes, 'visibility', VISIBILITIES);
  if (NO_ALIAS.test(String(changes['mailNickname'] ?? ''))) throw invalid('mailNickname');
}

function checkWord(changes: Values, name: string, words: ReadonlySet<unknown>): void {
  if ((changes[name] ?? null) !== null && !words.has(changes[name])) throw invalid(name);
}

/** A group is a Microsoft 365 group with mail, or a security group without: others are Exchange's to make. */
function checkMail(values: Values): void {
  const mail = values['mailEnabled'] === true;
  if (isUnified(values)) {
    if (!mail) throw invalid('mailEnabled');
  } else if (mail || values['securityEnabled'] !== true) throw new Refusal(ERRORS.mailEnabledGroup);
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: group.title });
}

/** What a Microsoft 365 group, a dynamic one and one that roles can be assigned to have by themselves. */
export const newGroups: Derivation = {
  of: group,
  at: ['create'],
  derive: ({ caller, changes }) => {
    const mail = `${String(changes['mailNickname'])}@${caller.tenant.defaultDomain}`;
    const visibility = changes['visibility'] ?? 'Public';
    return {
      ...(isUnified(changes) ? { mail, proxyAddresses: [`SMTP:${mail}`], visibility } : {}),
      ...(isDynamic(changes)
        ? { membershipRuleProcessingState: changes['membershipRuleProcessingState'] ?? 'On' }
        : {}),
      ...(changes['isAssignableToRole'] === true ? { visibility: 'Private' } : {}),
    };
  },
};
