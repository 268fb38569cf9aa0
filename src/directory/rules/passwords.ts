import { Refusal } from '../../lib/refusal.ts';
import { ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import { user } from '../../model/user.ts';
import type { Rule } from './rule.ts';

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];

/**
 * A new user has a password, and every password is hard to guess.
 * https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy
 */
export const passwords: Rule = {
  of: user,
  at: ['create', 'update'],
  check: ({ kind, current, changes }) => {
    const profile = changes['passwordProfile'] as Readonly<Record<string, unknown>> | null | undefined;
    const password = profile?.['password'];
    if (typeof password !== 'string' || password === '') {
      if (kind === 'create') throw new Refusal(ERRORS.passwordMissing);
      return;
    }
    const policies = String({ ...current, ...changes }['passwordPolicies'] ?? '');
    if (!isStrong(password, policies.includes('DisableStrongPassword'))) throw new Refusal(ERRORS.passwordWeak);
  },
};

function isStrong(password: string, anyKinds: boolean): boolean {
  if (password.length < LIMITS.passwordCharactersLeast || password.length > LIMITS.passwordCharactersMost) return false;
  return anyKinds || KINDS.filter((kind) => kind.test(password)).length >= LIMITS.passwordKindsLeast;
}
