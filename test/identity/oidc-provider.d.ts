/** What the tests use of it; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { Server } from 'node:http';

  type Token = { readonly kind: string };
  type Context = { readonly oidc: { readonly body?: Readonly<Record<string, string>> } };

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    listen(port: number, host: string, listening: () => void): Server;
  }
  export type { Context, Token };
}
