import type { Caller } from '../../identity/caller.ts';
import type { EntityType } from '../../model/shape.ts';
import type { Values } from '../../store/contract.ts';

/** A rule of updating that no cell of the model can say; it throws a refusal. */
export type UpdateRule = (caller: Caller, type: EntityType, current: Values, changes: Values) => void;
