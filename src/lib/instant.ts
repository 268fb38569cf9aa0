const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)$/i;
const FRACTION_DIGITS = 7;

/** Moved to UTC, an instant may leave the years of four digits. */
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59Z');

const LAST_HOUR = 23;
const LAST_MINUTE = 59;
const LAST_SECOND = 59;

/**
 * An Edm.DateTimeOffset as Graph sends it back: in UTC, with the fraction that was given, to 100 ns. Undefined
 * for text that is no instant, such as 30 February.
 */
export function instant(text: string): string | undefined {
  const parts = INSTANT.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', zone = 'Z'] = parts;
  // Not by Date.parse, which carries 30 February over into March and takes several times as long.
  const isThere = isDay(Number(year), Number(month), Number(day)) && isTime(hour, minute, second);
  if (!isThere) return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const digits = fraction.slice(0, FRACTION_DIGITS).replace(/0+$/, '');
  const end = digits === '' ? 'Z' : `.${digits}Z`;
  if (zone === 'Z' || zone === 'z') return `${local}${end}`;
  const moved = Date.parse(`${local}${zone}`);
  if (!(moved >= FIRST && moved <= LAST)) return undefined;
  return `${new Date(moved).toISOString().slice(0, 19)}${end}`;
}

function isTime(hour: string, minute: string, second: string): boolean {
  return Number(hour) <= LAST_HOUR && Number(minute) <= LAST_MINUTE && Number(second) <= LAST_SECOND;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FEBRUARY = 2;

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (DAYS[month - 1] ?? 0) + (isLeap && month === FEBRUARY ? 1 : 0);
  return day >= 1 && day <= days;
}
