import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { ERRORS } from '../../model/errors.ts';
import { user } from '../../model/user.ts';
import type { Rule } from './rule.ts';

/** Before the @: what mail and sign-in can do with. https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;

/**
 * A user's name ends in the tenant's domain: sign-in finds the tenant by it.
 * https://learn.microsoft.com/graph/api/user-post-users
 */
export const userNames: Rule = {
  of: user,
  at: ['create', 'update'],
  check: ({ caller, changes }) => {
    const name = changes['userPrincipalName'];
    if (typeof name !== 'string') return;
    const at = name.lastIndexOf('@');
    const values = { name: 'userPrincipalName', resource: user.title };
    if (!LOCAL_PART.test(name.slice(0, Math.max(at, 0)))) throw new Refusal(ERRORS.valueTooLong, values);
    if (fold(name.slice(at + 1)) !== fold(caller.tenant.defaultDomain)) throw new Refusal(ERRORS.domainUnknown);
  },
};
