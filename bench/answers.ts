/** Reads answers off a connection, as little of them as will do. */

export type AnswerReader = {
  /** Takes the next bytes; says when an answer is whole. */
  readonly read: (piece: Buffer) => 'more' | 'whole';
  /** The server said that it closes the connection after this answer. */
  readonly closes: () => boolean;
};

const HEAD_END = '\r\n\r\n';
/** Where the status stands in `HTTP/1.1 200 OK`. */
const STATUS = { start: 'HTTP/1.1 '.length, end: 'HTTP/1.1 200'.length };
const SHOWN_CHARACTERS = 600;

export function createAnswerReader(expected: number): AnswerReader {
  let rest: Buffer | undefined;
  let missing = 0;
  let closes = false;

  const readHead = (piece: Buffer): 'more' | 'whole' => {
    const bytes = rest ? Buffer.concat([rest, piece]) : piece;
    const end = bytes.indexOf(HEAD_END);
    rest = end < 0 ? bytes : undefined;
    if (end < 0) return 'more';
    const head = bytes.toString('latin1', 0, end);
    if (Number(head.slice(STATUS.start, STATUS.end)) !== expected) {
      throw new Error(`expected ${expected}, and got: ${bytes.toString('latin1', 0, SHOWN_CHARACTERS)}`);
    }
    closes = /\r\nconnection: *close/i.test(head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    return take(Number(length ?? 0), bytes.length - end - HEAD_END.length);
  };

  const take = (awaited: number, came: number): 'more' | 'whole' => {
    missing = awaited - came;
    if (missing < 0) throw new Error('a server sent more than it had announced');
    return missing === 0 ? 'whole' : 'more';
  };

  return {
    read: (piece) => (missing > 0 ? take(missing, piece.length) : readHead(piece)),
    closes: () => closes,
  };
}
