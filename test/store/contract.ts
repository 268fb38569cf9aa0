import { after, before, describe } from 'node:test';
import type { Store } from '../../src/store/contract.ts';
import { changingTests } from './contract/changing.ts';
import { credentialTests } from './contract/credentials.ts';
import { definitionTests } from './contract/definitions.ts';
import { foldingTests } from './contract/folding.ts';
import { journalTests } from './contract/journal.ts';
import { linkTests } from './contract/links.ts';
import { objectTests } from './contract/objects.ts';
import { pagingTests } from './contract/paging.ts';
import { queryTests } from './contract/queries.ts';
import type { Open, Shared } from './contract/room.ts';
import { tenantTests } from './contract/tenants.ts';
import { ticketTests } from './contract/tickets.ts';
import { transactionTests } from './contract/transactions.ts';
import { valueTests } from './contract/values.ts';
import { viewTests } from './contract/views.ts';

type Parts = Readonly<Record<string, (shared: Shared) => void>>;

/** What needs no index but those that keep values apart. */
export const WRITING: Parts = {
  objects: objectTests,
  transactions: transactionTests,
  tenants: tenantTests,
  folding: foldingTests,
  links: linkTests,
  journal: journalTests,
  'credentials and named values': credentialTests,
  "sign-in's tickets": ticketTests,
};

const ALL: Parts = {
  ...WRITING,
  views: viewTests,
  values: valueTests,
  paging: pagingTests,
  queries: queryTests,
  'queries under change': changingTests,
  'what tenants have added': definitionTests,
};

/**
 * What every driver of the store must do, whatever lies below it: `src/store/contract.ts`, as tests.
 * open: an empty store, a new one each time; the suite closes it.
 */
export function storeContract(name: string, open: Open, parts = ALL): void {
  describe(`the store contract: ${name}`, () => {
    for (const [part, tests] of Object.entries(parts)) {
      describe(part, () => {
        let store: Store | undefined;
        before(async () => {
          store = await open();
        });
        after(() => store?.close());
        tests({ open, store: () => store as Store });
      });
    }
  });
}
