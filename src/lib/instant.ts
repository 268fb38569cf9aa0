const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)$/i;
const FRACTION_DIGITS = 7;

/** Moved to UTC, an instant may leave the years of four digits. */
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59Z');

/**
 * An Edm.DateTimeOffset as Graph sends it back: in UTC, with the fraction that was given, to 100 ns. Undefined
 * for text that is no instant, such as 30 February.
 */
export function instant(text: string): string | undefined {
  const parts = INSTANT.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const asUtc = Date.parse(`${local}Z`);
  // Date.parse carries 30 February over into March; an instant that changes by being read never was one.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 19) !== local) return undefined;
  const digits = fraction.slice(0, FRACTION_DIGITS).replace(/0+$/, '');
  const end = digits === '' ? 'Z' : `.${digits}Z`;
  if (zone === 'Z' || zone === 'z') return `${local}${end}`;
  const moved = Date.parse(`${local}${zone}`);
  if (!(moved >= FIRST && moved <= LAST)) return undefined;
  return `${new Date(moved).toISOString().slice(0, 19)}${end}`;
}
