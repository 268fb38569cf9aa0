import type { Store } from '../store/contract.ts';

/** What a directory was made for, once and for all: it never becomes the other. */
export type Kind = 'development' | 'production';

const NAME = 'kind';

export async function kindOf(store: Store): Promise<Kind | undefined> {
  return (await store.value(NAME)) as Kind | undefined;
}

export async function noteKind(store: Store, kind: Kind): Promise<void> {
  await store.setValue(NAME, kind);
}
