// A buffer that grows while a representation is written into it, and is handed over when it is full enough.

export class ByteSink {
  /** Write here, from `used` on, after `reserve`; then move `used` on. */
  buffer: Buffer;
  used = 0;
  /** The least room of the next buffer: what one that came before had. */
  #room: number;

  /** @param size room for so many bytes at first */
  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
    this.#room = size;
  }

  /** Makes room for so many more bytes. */
  reserve(length: number): void {
    const end = this.used + length;
    if (end <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(end, this.used * 2, this.#room));
    this.buffer.copy(grown, 0, 0, this.used);
    this.buffer = grown;
    this.#room = grown.length;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.used++] = byte;
  }

  /** All that was written since the last time; it is not written over. */
  take(): Buffer {
    const taken = this.buffer.subarray(0, this.used);
    this.buffer = EMPTY;
    this.used = 0;
    return taken;
  }
}

const EMPTY = Buffer.alloc(0);
