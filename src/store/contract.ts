import type { Awaitable } from '../lib/awaitable.ts';
import type { CloudName } from '../model/clouds.ts';
import type { Definition } from '../model/extension.ts';
import type { LinkName, Version } from '../model/shape.ts';

/**
 * What a store must do. `test/store/contract.ts` holds every driver to it.
 *
 * A store keeps objects of the model's entity types, links between them and a journal of every change. Every
 * method takes the tenant and sees nothing beyond it. Reading may be answered at once or later; what was
 * written is visible to every reading that starts after `write` was answered.
 */
export type Store = {
  tenants(): Awaitable<readonly Tenant[]>;
  /** It lives in the global cloud, where nothing is said. */
  addTenant(tenant: Omit<Tenant, 'key' | 'cloud'> & Partial<Pick<Tenant, 'cloud'>>): Awaitable<Tenant>;

  /** What the tenant has added to the model's types, by number: the same list as long as nothing of it has changed. */
  definitions(tenant: Tenant): Awaitable<readonly Definition[]>;

  /** One object as the JSON text that is served; undefined where there is none. */
  read(tenant: Tenant, type: string, by: Key, view: View): Awaitable<string | undefined>;
  /** Objects with their values, for changing them or deciding by them: at most `LIMITS.rowsAtOnce`. */
  load(tenant: Tenant, type: string, by: Key): Awaitable<readonly Stored[]>;
  /** The name of the type of the directory object with that id. */
  typeOf(tenant: Tenant, id: string): Awaitable<string | undefined>;
  /** One page of what is asked for, as the JSON text that is served; `tooCostly` where no index leads to it. */
  page(tenant: Tenant, plan: PagePlan): Awaitable<Page | TooCostly>;
  /** How many objects there are. */
  count(tenant: Tenant, search: Search): Awaitable<number | TooCostly>;
  /** How `page` would go about it. */
  explain(tenant: Tenant, plan: PagePlan): Awaitable<Explanation | TooCostly>;

  /** All changes of the request or none; answered once they are on disk. */
  write(request: WriteRequest): Promise<Outcome>;
  /** Journal rows after that number, in order. */
  journal(tenant: Tenant, after: number, most: number): Awaitable<readonly JournalRow[]>;
  /** The secrets that the object may prove itself with, as hashes. */
  credentials(tenant: Tenant, owner: string): Awaitable<readonly Credential[]>;
  /** What was kept under that name; also what was taken or has expired, until it is forgotten. */
  ticket(tenant: Tenant, by: TicketName): Awaitable<KeptTicket | undefined>;
  /** Whether anything of the family could still be taken at that instant. */
  familyLives(tenant: Tenant, family: string, at: string): Awaitable<boolean>;

  /** A named value of the directory itself, such as its signing keys. */
  value(name: string): Awaitable<string | undefined>;
  setValue(name: string, text: string): Awaitable<void>;

  /** Ends after the writes under way; the store answers nothing afterwards. */
  close(): Promise<void>;
};

export type Tenant = {
  /** The store's own small number for it, which leads every key. */
  readonly key: number;
  readonly id: string;
  readonly displayName: string;
  readonly defaultDomain: string;
  /** The one cloud that it lives in. */
  readonly cloud: CloudName;
};

/** How an object is found: by its id or by an indexed property. The store folds the value's case. */
export type Key = { readonly property: string; readonly value: string };

/** How objects are shown. typed: with `@odata.type`, as in mixed collections. */
export type View = {
  readonly version: Version;
  /** null: the default set. */
  readonly select: readonly string[] | null;
  readonly typed: boolean;
  /** Names of the types of which the caller may see no more than type and id; no condition holds for their values. */
  readonly hidden: readonly string[];
  /** With type, id and links beside each object: where the service's addresses begin, such as `https://host/v1.0`. */
  readonly linked?: string | undefined;
  /** Relations whose objects are shown within each object. */
  readonly expand?: readonly Expansion[] | undefined;
};

/** What one relation of each object leads to, shown within it: at most `LIMITS.expandedObjects`. */
export type Expansion = {
  readonly name: string;
  /** The type whose objects have the relation. */
  readonly type: string;
  readonly links: readonly LinkName[];
  readonly backwards: boolean;
  readonly types: readonly string[];
  readonly view: View;
};

export type Values = Readonly<Record<string, unknown>>;

export type Stored = {
  readonly id: string;
  /** The number of the object's last change. */
  readonly changed: number;
  readonly values: Values;
};

/**
 * What objects are asked for: a checked filter or search, folded, in two-valued logic: a comparison with a value that
 * is null is false but for `ne`, and `not` of what is false is true.
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly field: Field; readonly value: Scalar }
  | { readonly kind: 'in'; readonly field: Field; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'match';
      readonly how: 'startsWith' | 'endsWith' | 'contains';
      readonly field: Field;
      readonly value: string;
    }
  /** Some item of the collection meets the condition, whose fields are the item's; undefined: it has any item at all. */
  | { readonly kind: 'any'; readonly field: Field; readonly item: Condition | undefined }
  /** How many items the collection has. */
  | { readonly kind: 'count'; readonly operator: CompareOperator; readonly field: Field; readonly value: number }
  /** The property has a word that starts so, as `$search` cuts text into words. */
  | { readonly kind: 'word'; readonly field: Field; readonly word: string }
  | { readonly kind: 'type'; readonly type: string };

/**
 * A property, or a member of a complex one; within `any`, an item itself (property '') or a member of it. Where objects of
 * several types are asked for, a type that has no such property holds null in it.
 */
export type Field = { readonly property: string; readonly member?: string };

/** Folded text (instants: sortable, as `layout.ts` makes them), a number, a boolean; null only with `eq` and `ne`. */
export type Scalar = string | number | boolean | null;

export type CompareOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Order = { readonly field: Field; readonly descending: boolean };

/** Where objects are looked for. */
export type Source =
  /** The objects of one type, or of several. */
  | { readonly kind: 'set'; readonly types: readonly string[] }
  /** What one object is linked to. */
  | {
      readonly kind: 'links';
      /** The relations that are followed; all of them in the same direction. */
      readonly links: readonly LinkName[];
      readonly of: { readonly type: string; readonly id: string };
      /** The sources that lead to it. */
      readonly backwards: boolean;
      /** Follow the links of what is found, too. */
      readonly transitive: boolean;
      /** Types that the other end may have; others are left out. */
      readonly types: readonly string[];
    };

export type Search = {
  readonly from: Source;
  /** Undefined: all of them. */
  readonly where: Condition | undefined;
  readonly view: View;
};

export type PagePlan = Search & {
  /** Empty: in an order that no change of an object changes. */
  readonly order: readonly Order[];
  /** Where the page before ended, as its `Page.last` said; undefined for the first. */
  readonly after: string | undefined;
  readonly limit: number;
};

export type Page = {
  /** The objects, separated by commas, UTF-8. */
  readonly items: Uint8Array;
  readonly count: number;
  /** Where the page ended; undefined when nothing comes after it. A page may be short, or empty, and yet not the last. */
  readonly last: string | undefined;
};

/** More rows would have to be looked at than `LIMITS.rowsScanned`. */
export type TooCostly = { readonly tooCostly: true; readonly rows: number };

export type Explanation = {
  readonly sql: string;
  readonly values: readonly Scalar[];
  /** What leads to the objects, in words. */
  readonly index: string;
  /** The database's own account of it, line by line. */
  readonly steps: readonly string[];
  /** Rows that the index leads to, as far as is known beforehand; undefined where it isn't. */
  readonly rows: number | undefined;
};

/** The member of an object's values in which those lie that no request sees: by number. */
export const UNSHOWN = '#';

/** Among those, what applications keep beside the object; no definition has this number. */
export const OPEN_NUMBER = '0';

/** An object as it is laid out in its table; `layout.ts` makes it. */
export type Laid = {
  /** The default set of v1.0, a JSON object. */
  readonly json: string;
  /** What beta's default set has beyond it: JSON members without braces; null where all of them are empty. */
  readonly beta: string | null;
  /** What is sent only on `$select`, a JSON object; null where all of it is empty. */
  readonly rest: string | null;
  /** The values of properties that the tenant has added, a JSON object by their numbers; null where there are none. */
  readonly custom: string | null;
  /** What is compared, in the order of `columnsOf`. */
  readonly columns: readonly (string | number | null)[];
  /** The words by which the object is found, separated by blanks. */
  readonly terms: string;
};

export type Change =
  | { readonly kind: 'insert'; readonly type: string; readonly id: string; readonly row: Laid; readonly after: string }
  | {
      readonly kind: 'update';
      readonly type: string;
      readonly id: string;
      /** The object's `changed` when its values were read; another number by now fails the change. */
      readonly since: number;
      readonly row: Laid;
      /** How it was laid out until now. */
      readonly was: Laid;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'delete'; readonly type: string; readonly id: string }
  | LinkChange
  | {
      readonly kind: 'credential';
      readonly owner: string;
      readonly credential: Credential;
      /** In place of those of that kind which the owner has. */
      readonly alone?: true;
    }
  /**
   * A property is added, or what there is under that name is defined anew; it keeps its number, and so its values, where
   * the one form continues the other. It has no row in the journal: the object that defines it has.
   */
  | { readonly kind: 'define'; readonly definition: Pick<Definition, 'name' | 'types' | 'form'> }
  /** The property isn't shown any more; its values stay. */
  | { readonly kind: 'undefine'; readonly name: string }
  /** Ends a credential; none of that key is no failure. */
  | { readonly kind: 'revoke'; readonly owner: string; readonly key: string }
  | TicketChange;

/**
 * Changes of sign-in's own records, which leave no row in the journal. What has expired at the request's instant is
 * forgotten in passing, `LIMITS.ticketsForgotten` at a time.
 */
export type TicketChange =
  /** Fails with `duplicate` where one of that name is kept. */
  | { readonly kind: 'keepTicket'; readonly ticket: Ticket }
  /** Once only: `taken` the next time, `missing` where none is kept. until: how long it is remembered. */
  | { readonly kind: 'takeTicket'; readonly ticket: TicketName; readonly until: string }
  /** Forgets all of a family; none is no failure. */
  | { readonly kind: 'endTickets'; readonly family: string };

/** How a ticket is found. hash: of the secret that its holder shows; the secret itself is never kept. */
export type TicketName = { readonly use: string; readonly hash: string };

/** A record of sign-in: an authorization code, a refresh token, a device code, a session in a browser. */
export type Ticket = TicketName & {
  /** Those that go back to one sign-in and end together. */
  readonly family: string;
  /** The instant at which it ends, as Graph writes instants. */
  readonly expires: string;
  /** What it stands for. */
  readonly text: string;
};

export type KeptTicket = Ticket & { readonly taken: boolean };

export type LinkChange = {
  readonly kind: 'link' | 'unlink';
  readonly link: LinkName;
  readonly source: string;
  readonly target: string;
  readonly targetType: string;
};

export type WriteRequest = {
  readonly tenant: Tenant;
  /** The instant of the change, as Graph writes instants. */
  readonly at: string;
  /** Who changed it, by which application: object id and application id. */
  readonly principal: string;
  readonly app: string;
  readonly changes: readonly Change[];
};

export type Outcome =
  | { readonly done: true }
  | { readonly done: false; readonly because: 'missing'; readonly id: string }
  | { readonly done: false; readonly because: 'duplicate'; readonly property: string }
  | { readonly done: false; readonly because: 'changed' | 'linked' | 'notLinked' | 'taken' }
  | { readonly done: false; readonly because: 'unavailable'; readonly cause: string };

export type JournalRow = {
  readonly number: number;
  readonly at: string;
  readonly principal: string;
  readonly app: string;
  readonly operation: Exclude<Change['kind'], TicketChange['kind'] | 'define' | 'undefine'>;
  readonly type: string;
  readonly object: string;
  readonly relation: string | null;
  readonly target: string | null;
  /** The values that were changed, a JSON object, before and after. */
  readonly before: string | null;
  readonly after: string | null;
};

export type Credential = {
  readonly kind: 'password' | 'secret';
  /** Self-describing, as `identity/secret.ts` makes it. */
  readonly hash: string;
  /** What one of several is called by, to end it. */
  readonly key?: string;
  /** The instant from which it proves nothing any more. */
  readonly ends?: string;
};

/** In place of a folder: a directory that is kept nowhere. */
export const IN_MEMORY = ':memory:';

/** The store can't be opened or used; the message is for the person who runs the program. */
export class StoreProblem extends Error {}
