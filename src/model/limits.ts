/**
 * Every number that bounds work, with its unit in the name and its reason beside it.
 */
export const LIMITS = Object.freeze({
  // -- requests ------------------------------------------------------------------------------------------
  /** Graph's documented URL limit is not published; 16 KiB is Node's own total for a request's head. */
  headBytes: 16 * 1024,
  /** Node silently drops header lines beyond its own count limit, so we count them and refuse. */
  headerLines: 100,
  /** A device with everything set is about 8 KiB; a body of more than 1 MiB is a mistake or an attack. */
  bodyBytes: 1024 * 1024,
  /** Graph's own payloads nest three deep; deeper text costs stack and means nothing here. */
  bodyDepth: 20,
  /** A sender that needs longer for its request line and headers holds a connection for nothing. */
  headersMilliseconds: 10_000,
  requestMilliseconds: 30_000,
  /** How often Node looks for connections that overstayed the two limits above. */
  connectionCheckMilliseconds: 1_000,
  /** Longer than the 60 s after which common load balancers drop an idle connection, so that they close first. */
  keepAliveMilliseconds: 65_000,
  /** A connection is renewed now and then, so that load spreads again after a process joins or leaves. */
  requestsPerConnection: 1_000,
  /** How long a refused connection stays open for its caller to read why. */
  lingerMilliseconds: 500,
  /** How long a stop waits for requests in flight before it cuts them off. */
  drainMilliseconds: 10_000,
  /** `Retry-After` of a 503 while the process ends or the disk is full, in seconds. */
  retryAfterSeconds: 5,

  // -- TLS -----------------------------------------------------------------------------------------------
  /** A connection that isn't encrypted by then holds a socket for nothing. */
  handshakeMilliseconds: 10_000,
  /** How often, at most, a new connection makes the server look whether there is a new certificate. */
  certificateCheckMilliseconds: 10_000,
  /** The local authority's own certificate, and how long before its end a start makes another. */
  authorityDays: 3650,
  authorityRenewalDays: 90,
  /** The certificate that it signs for one process, and how long before its end that gets another. */
  leafDays: 30,
  leafRenewalDays: 10,
  /** A clock of another machine may be behind by this much. */
  certificateSkewDays: 1,
  /** Bits of a certificate's serial number, of 160 allowed: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2 */
  serialNumberBytes: 16,

  // -- paging (https://learn.microsoft.com/graph/paging, and the error text that Graph sends) ---------------
  pageDefault: 100,
  pageMost: 999,
  /** A skip token older than this has expired: its page may no longer mean what its reader thinks. */
  skipTokenMilliseconds: 24 * 3600 * 1000,
  /** Skip tokens kept for others who ask for the same page within the minute. */
  skipTokensKept: 1_000,
  /** Names in one `$select`; the widest type here has fewer than 100 properties. */
  selectNames: 200,

  // -- queries (https://learn.microsoft.com/graph/query-parameters) ------------------------------------------
  /** Objects that `$expand` shows within one object. */
  expandedObjects: 20,
  /** Rows that one page or count may look at one by one where no index leads to them: some 100 ms of this process. */
  rowsScanned: 100_000,
  /** Rows, or places for rows, that a page looks at before it ends short, with a link to the next. */
  rowsPerPage: 20_000,
  /** Up to so many rows an index range is read as a whole and sorted; beyond, rows are walked in their order. */
  rangeRows: 5_000,
  /** Of a hundred objects so many must meet a condition for a walk to find a page sooner than any index. */
  frequentPercent: 5,
  /** Of a hundred objects so many must meet a condition for a walk through the order's index to find a page soon. */
  sortedWalkPercent: 2,
  /** Groups within a group up to which a page is put together from a part of each. */
  mergedGroups: 50,
  /** Values of one property that a condition is turned into; with more, its rows are looked at. */
  valuesExpanded: 300,
  // -- actions (https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups and its neighbours) ---
  /** Ids in one checkMemberGroups or checkMemberObjects. */
  checkedIds: 20,
  /** Ids that getMemberGroups or getMemberObjects may find before it is refused. */
  membershipIds: 11_000,
  /** Ids in one getByIds. */
  idsAtOnce: 1_000,
  /** A request's head has 16 KiB; what stands in half of it, percent-decoded, is still read. */
  filterCharacters: 8192,
  /** Parentheses, `not` and `any` within each other; people write three. */
  filterDepth: 20,
  /** Each becomes a condition of one SQL statement. */
  filterNodes: 200,
  /** Values of one `in`: https://learn.microsoft.com/graph/filter-query-parameter, and Graph's own error text. */
  inItems: 15,
  /** In advanced query mode a URL of 2,048 characters is Graph's only bound; no more values than these fit into it. */
  inItemsAdvanced: 500,
  /** Graph's bound of a whole URL in advanced query mode, without which it doesn't search. */
  searchCharacters: 2048,
  /** Graph says "any number"; each may become as many conditions as it has words. */
  searchClauses: 100,
  searchDepth: 20,
  orderByCharacters: 1024,
  /** No type can be sorted by more. */
  orderByItems: 10,
  expandCharacters: 4096,
  expandItems: 20,
  /** What of an option's text an error repeats. */
  errorTextCharacters: 200,
  /** Words of one text that `$search` finds, and how much of it is read for them: names have 256 characters, descriptions 1,024. */
  wordsPerText: 64,
  wordsTextCharacters: 1024,
  // -- dynamic groups (https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership) -------------
  /** As documented. With it goes how many comparisons a rule can have: 150, at some 20 characters each. */
  ruleCharacters: 3072,
  /** Parentheses, `-not`, `-any` and `-all` within each other; people write three. */
  ruleDepth: 20,
  /** Values of one `-in`: each becomes a condition of one SQL statement. */
  ruleInItems: 500,
  /** Objects that one step of filling a group looks at and links, between two turns of the event loop. */
  dynamicObjectsPerStep: 500,
  /** Memberships that are gathered, over several objects, before they are written. */
  dynamicLinksPerWrite: 100,
  /** Journal rows that are read at once to keep dynamic groups up to date. */
  dynamicRowsPerStep: 500,
  /** Journal rows after which it is noted how far that has come; a process that was killed follows no more than these again. */
  dynamicRowsPerMark: 1_000,
  /** Further behind than this many journal rows, filling every group anew is quicker than following them one by one. */
  dynamicRowsFollowed: 50_000,
  /** How long dynamic groups wait after a failure, such as a full disk, before they try again. */
  dynamicRetryMilliseconds: 5_000,
  // -- writing -------------------------------------------------------------------------------------------
  /** Objects that one body may bind by `@odata.bind`: https://learn.microsoft.com/graph/api/group-post-groups */
  bindsPerRequest: 20,
  // -- extensions (https://learn.microsoft.com/graph/extensibility-overview#comparison-of-extension-types) ------
  /** Of one value of a directory or schema extension. */
  extensionCharacters: 256,
  extensionBytes: 256,
  /** Values of directory and schema extensions that one object may have, and items of one multi-valued one. */
  extensionValues: 100,
  extensionItems: 256,
  /** Properties of one schema extension: no more could have a value. */
  schemaProperties: 100,
  /** Schema extensions of one owner. */
  schemaExtensionsPerOwner: 5,
  /** All definitions of a tenant are looked at with each body and each description. */
  definitionsPerTenant: 1_000,
  /** Characters of a definition's own name. */
  extensionNameCharacters: 128,
  /** Open extensions of one application on one object, the bytes of each, and how many an object has in all. */
  openExtensionsPerApp: 2,
  openExtensionBytes: 2048,
  openExtensionsPerObject: 100,
  // -- writing, again -------------------------------------------------------------------------------------
  /** Characters of one extension attribute. */
  extensionAttributeCharacters: 1024,
  /** Characters of a password: https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy */
  passwordCharactersLeast: 8,
  passwordCharactersMost: 256,
  /** Of upper case, lower case, digits and symbols, a password must have characters of so many. */
  passwordKindsLeast: 3,
  /** Of the password that an administrator is given at first: five bits each. */
  firstPasswordCharacters: 25,
  /** What makes two hashes of one password differ. */
  passwordSaltBytes: 16,

  // -- applications (https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions) ---
  /** Entries of all collections of one application together. */
  applicationEntries: 1_200,
  /** Federated identity credentials of one application. */
  federatedCredentials: 20,
  /** Redirect URIs of one application, and of one that personal accounts may use: https://learn.microsoft.com/entra/identity-platform/reply-url */
  redirectUris: 256,
  redirectUrisPersonal: 100,
  redirectUriCharacters: 256,
  identifierUriCharacters: 255,
  tagCharacters: 256,
  /** Between `nbf` and `exp` of a proof of possession: https://learn.microsoft.com/graph/application-rollkey-prooftoken */
  proofLifeSecondsMost: 600,
  /** How long a new secret proves something, unless its maker says otherwise: https://learn.microsoft.com/graph/api/application-addpassword */
  secretYears: 2,
  /** Random bytes of a new secret: 40 characters, as Microsoft Entra ID's own. */
  secretBytes: 30,
  /** Characters of a secret that stay visible, to tell it from others. */
  secretHintCharacters: 3,

  // -- tokens ------------------------------------------------------------------------------------------------
  accessTokenSeconds: 3600,
  /** No token of ours lives longer; one that claims to is refused. */
  tokenLifeSecondsMost: 24 * 3600,
  /** Clocks of two machines may differ by this much. */
  clockSkewSeconds: 5,
  /** A real Graph token with 200 groups is below 8 KiB; Node's head limit is 16 KiB. */
  tokenBytes: 12 * 1024,
  /** About 3 KiB each; the tokens of a few thousand clients at once. */
  verifiedTokens: 5_000,
  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow: "about 10 minutes". */
  codeSeconds: 600,
  /** https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime; the second for programs in a browser. */
  refreshTokenSeconds: 90 * 24 * 3600,
  browserRefreshTokenSeconds: 24 * 3600,
  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code */
  deviceCodeSeconds: 900,
  devicePollSeconds: 5,
  /** Characters of the code that people type: 45 bits, for 15 minutes, with few attempts. */
  userCodeCharacters: 9,
  /** Characters of one parameter of a sign-in request, and how many there are; clients send some 30. */
  formParameters: 100,
  /** A client assertion with a certificate in it has 4 KiB, an access token as an assertion 12. */
  formValueCharacters: 16 * 1024,
  /** Scopes in one request; the whole of Graph has some 700. */
  scopesAtOnce: 1_000,
  /** No client makes an assertion for longer than a day; libraries take ten minutes. */
  assertionLifeSecondsMost: 24 * 3600,
  /** How long a browser remembers that a page may ask for tokens. */
  preflightSeconds: 24 * 3600,
  /** Answers of the store that sign-in remembers, of some KiB each. */
  rememberedObjects: 2_000,
  /** Issuers whose keys are kept for applications that trust them. */
  federatedIssuers: 100,
  /** Passwords hashed at once, of 16 MiB each, and how many may wait for that. */
  hashesAtOnce: 2,
  hashesWaiting: 50,
  /** How long a key signs, and how long the next one is published before it does. Clients keep published keys for a day. */
  signingKeyMilliseconds: 60 * 24 * 3600 * 1000,
  signingKeyAheadMilliseconds: 2 * 24 * 3600 * 1000,
  /** How often it is looked whether it is time for the next key. */
  signingKeyCheckMilliseconds: 3600 * 1000,
  /** Bits of the RSA key that signs. */
  signingKeyBits: 2048,

  /** Applications, each with each of its users, that a report of used permissions keeps apart. */
  reportedCallers: 1_000,
  /** Users, and applications, that `rollcall whocan` names. */
  holdersShown: 50,

  // -- somebody else's issuer --------------------------------------------------------------------------------
  /** For each of the two documents that say which keys it has. */
  issuerMilliseconds: 5_000,
  /** A set of keys with certificates has some 20 KiB. */
  issuerBytes: 256 * 1024,
  issuerKeys: 100,
  /** After so long the keys are asked for again, and so long they are used when the issuer can't be asked. */
  issuerKeysFreshMilliseconds: 3_600_000,
  issuerKeysStaleMilliseconds: 24 * 3_600_000,
  /** Between two questions: tokens with keys that nobody knows cost the issuer no more than this. */
  issuerAskMilliseconds: 10_000,

  // -- tenants -----------------------------------------------------------------------------------------------
  /** https://learn.microsoft.com/graph/api/resources/organization */
  tenantNameCharacters: 256,
  /** Of a domain name, and of each part of it: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
  domainCharacters: 253,
  domainPartCharacters: 63,
  /** Expired records of sign-in that are removed with each new one: more than one, so that they can't pile up. */
  ticketsForgotten: 4,
  /** How long a code or token that was used is remembered by itself; later ones are known by their family alone. */
  takenTicketSeconds: 24 * 3600,

  // -- signing in (https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout) --------
  /** Wrong secrets of one account or client after which it is closed for a while. */
  wrongSecrets: 10,
  /** Of one address: an office of people behind one address mistypes, too. */
  wrongSecretsOfAddress: 100,
  /** Wrong secrets that don't count when they come again. */
  wrongSecretsRemembered: 3,
  /** How long the first time; twice as long each further time, up to the most. */
  lockMilliseconds: 60_000,
  lockMillisecondsMost: 60 * 60_000,
  /** After so long without another attempt the earlier ones are forgotten. */
  attemptsForgottenMilliseconds: 24 * 3600 * 1000,
  /** Accounts, clients and addresses of which attempts are remembered: some 300 bytes each. */
  attemptsKept: 10_000,
  /** A session in a browser ends after so long without use, and after so long in any case. */
  sessionIdleSeconds: 2 * 3600,
  sessionSecondsMost: 24 * 3600,
  /** Use of a session is written down no more often than this. */
  sessionTouchSeconds: 5 * 60,
  /** Accounts that are signed in at once in one browser; a further one ends the oldest. */
  accountsInBrowser: 10,
  /** Applications that a session remembers to have entered. */
  appsInSession: 20,
  /** How long a form that was shown may be sent. */
  formMilliseconds: 3600 * 1000,

  // -- the store -----------------------------------------------------------------------------------------------
  /** Requests that share one commit: bounds how long one transaction holds the writer. */
  writesPerCommit: 500,
  /** More requests than this at once, or that many slow commits in a row, move writing to a thread of its own. */
  writesOnMainThread: 4,
  slowCommitsOnMainThread: 3,
  slowCommitMilliseconds: 5,
  /** Requests handed to that thread at once: few, so that it is at work while others are made ready. */
  writesPerMessage: 4,
  /** The writer's thread ends after this long without a write and gives its memory back. */
  writerIdleMilliseconds: 10_000,
  /** An update that lost the race to another one is tried again this often before it is refused. */
  updateAttempts: 5,
  /** Counts that are known until something changes. */
  countsKept: 1_000,
  /** Prepared statements kept; a `$select` list makes one of its own. */
  preparedStatements: 300,
  /** SQLite's unit of reading and writing: at 8 KiB, 1,810 bytes a device; at 4 KiB, 2,223. */
  databasePageBytes: 8192,
  /** Pages in the write-ahead log before it is copied into the database, 128 MiB: random keys dirty the same pages again. */
  checkpointPages: 16384,
  /** Writes after which a thread of its own copies the log before it is full: a create dirties some four pages. */
  writesPerCheckpoint: 3_500,
  /** Page cache of the main connection and of whoever copies the log; of the writer's thread, which gives it back when it ends. In KiB. */
  readerCacheKibibytes: 2 * 1024,
  writerCacheKibibytes: 16 * 1024,
  /** Of a file that is being filled, read as memory: as much as SQLite allows. */
  mappedBytes: 2 ** 31 - 2 ** 16,
  /** Parts of the index of words on one level that are merged into one. SQLite's own 4 costs a create a seventh of its writing; a search takes 20 µs more. */
  termPartsMerged: 8,
  /** Rows that one look-up by an indexed property reads into memory. */
  rowsAtOnce: 1_000,
});
