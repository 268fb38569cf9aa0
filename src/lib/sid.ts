const BYTES_OF_PART = 4;

/** The security identifier that Windows knows a cloud object by: its id's bytes as four numbers, the first three groups turned. */
export function sidOf(id: string): string {
  const [first = '', second = '', third = '', ...rest] = id.split('-');
  const bytes = Buffer.concat([...[first, second, third].map(turned), Buffer.from(rest.join(''), 'hex')]);
  const parts = [0, 1, 2, 3].map((part) => bytes.readUInt32LE(part * BYTES_OF_PART));
  return `S-1-12-1-${parts.join('-')}`;
}

/** A GUID's first three groups are numbers, kept with their lowest byte first. */
function turned(group: string): Buffer {
  return Buffer.from(group, 'hex').reverse();
}
