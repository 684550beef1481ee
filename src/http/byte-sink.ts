// A buffer that grows while a representation is written into it, and is handed over when it is full enough.

import { type Constant, MOST_BEHIND, writeConstant } from './json-bytes.ts';

export class ByteSink {
  /** Write here, from `used` on, after `reserve`; then move `used` on. */
  view: DataView;
  used = 0;
  #buffer: Buffer;
  /** The least room of the next buffer: what one that came before had. */
  #room: number;

  /** @param size room for so many bytes at first */
  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size);
    this.view = viewOf(this.#buffer);
    this.#room = size;
  }

  /** Makes room for so many more bytes. */
  reserve(length: number): void {
    const end = this.used + length;
    if (end <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(end, this.used * 2, this.#room));
    this.#buffer.copy(grown, 0, 0, this.used);
    this.#buffer = grown;
    this.view = viewOf(grown);
    this.#room = grown.length;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.view.setUint8(this.used++, byte);
  }

  constant(constant: Constant): void {
    this.reserve(constant.length + MOST_BEHIND);
    this.used = writeConstant(this.view, this.used, constant);
  }

  /** Room for any text is made as it comes. */
  text(text: string): void {
    this.reserve(text.length * MOST_UTF8);
    this.used += this.#buffer.write(text, this.used, 'utf8');
  }

  /**
   * All that was written since the last time, as Node sends it fastest: little as a text, which goes out in one write
   * with the headers; more as bytes, which need not be encoded. The room is used again, if it is not very large.
   */
  takeWhole(): string | Buffer {
    const written = this.#buffer.subarray(0, this.used);
    this.used = 0;
    if (this.#buffer.length > MOST_KEPT) this.#buffer = EMPTY;
    return written.length <= MOST_TEXT ? written.toString('utf8') : Buffer.from(written);
  }

  /** All that was written since the last time; it is not written over. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.used);
    this.#buffer = EMPTY;
    this.used = 0;
    return taken;
  }
}

/** The most bytes that one unit of a string becomes in UTF-8. */
const MOST_UTF8 = 3;
/** A text up to this many bytes is sent faster than the bytes (benchmark: reads). */
const MOST_TEXT = 4096;
const MOST_KEPT = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** The same bytes, to be read and written in words. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
