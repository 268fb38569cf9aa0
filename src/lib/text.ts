const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return text.length === 36 && GUID.test(text);
}

/** The form under which Graph finds text again whatever its case: ids, user principal names, alternate keys. */
export function fold(text: string): string {
  return text.toLowerCase();
}

/** The start of a text, of no more UTF-16 units than that; no character is cut in two. */
export function headOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most);
}

/** Decodes one percent-encoded part of a URL; undefined where it isn't well formed. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `'a', 'b' or 'c'` for people to read. */
export function listText(names: readonly string[], last = 'or'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}

/** The address of a host, as URLs write it: an IPv6 address in brackets. */
export function originOf(scheme: 'http' | 'https', host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
