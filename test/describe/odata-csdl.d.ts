/** The part of OASIS's reader of CSDL that the tests use; the package has no types of its own. */
declare module 'odata-csdl' {
  // biome-ignore lint/suspicious/noExplicitAny: a document read from text
  export function xml2json(xml: string, options: { readonly strict: boolean }): any;
}
