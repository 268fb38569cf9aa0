import { fixedGuid } from '../../lib/fixedGuid.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { federatedIdentityCredential } from '../../model/application.ts';
import { ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Naming, Rule } from './rule.ts';

/**
 * Federated identity credentials: few of them, each of a name of its own within its application.
 * https://learn.microsoft.com/graph/api/application-post-federatedidentitycredentials
 */
export const federationRules: Rule = {
  of: federatedIdentityCredential,
  at: ['create', 'update'],
  check: async ({ kind, caller, changes }, { store }) => {
    const { name, issuer, audiences, applicationId } = changes;
    if (name !== undefined && !NAME.test(String(name))) throw invalid('name');
    if (issuer !== undefined && !isIssuer(String(issuer))) throw invalid('issuer');
    if (audiences !== undefined && (audiences as readonly unknown[]).length !== 1) throw invalid('audiences');
    if (kind === 'update') return;
    const property = 'applicationId';
    const known = await store.load(caller.tenant, federatedIdentityCredential.name, {
      property,
      value: String(applicationId),
    });
    if (known.length >= LIMITS.federatedCredentials) {
      throw new Refusal(ERRORS.federationsTooMany, { most: String(LIMITS.federatedCredentials) });
    }
  },
};

/** It stands in addresses. */
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;

function isIssuer(text: string): boolean {
  return text.startsWith('https://') && URL.canParse(text);
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: federatedIdentityCredential.title });
}

export const federationIds: Naming = {
  of: federatedIdentityCredential,
  id: ({ applicationId, name }) => fixedGuid(`federation:${applicationId}:${fold(String(name))}`),
};
