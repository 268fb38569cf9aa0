const KEPT_BYTES = 16 * 1024;
/** UTF-8 has at most so many bytes for a UTF-16 unit. */
export const BYTES_PER_UNIT = 3;
const DIGITS_PER_BYTE = 2;
const ASCII_CHARACTERS = 128;
const BYTE_VALUES = 256;

/** The two hexadecimal digits of each byte, as characters' codes. */
const DIGITS = Buffer.from(
  Array.from({ length: BYTE_VALUES }, (_, byte) => byte.toString(16).padStart(DIGITS_PER_BYTE, '0')).join(''),
);

/**
 * An ASCII text that is put together byte by byte. Of strings, each short piece would be an object to be made, joined and
 * collected: for the terms of a device that takes three times as long.
 */
export class AsciiText {
  #bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param text ASCII */
  add(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at);
  }

  /** Adds the UTF-8 bytes of a text, in hexadecimal digits. @param end how many of its UTF-16 units */
  addHex(text: string, end = text.length): void {
    this.#reserve(end * BYTES_PER_UNIT * DIGITS_PER_BYTE);
    const start = this.#length;
    for (let at = 0; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= ASCII_CHARACTERS) {
        this.#length = start;
        for (const byte of Buffer.from(text.slice(0, end))) this.#addByte(byte);
        return;
      }
      this.#addByte(code);
    }
  }

  /** The next text, whatever became of the one before. */
  begin(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
  }

  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #addByte(byte: number): void {
    this.#bytes[this.#length++] = DIGITS[byte * DIGITS_PER_BYTE] as number;
    this.#bytes[this.#length++] = DIGITS[byte * DIGITS_PER_BYTE + 1] as number;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
