// The bytes that a WebSocket server sends → its frames, counted as cheaply as can be.

const TEXT = 1;
const PING = 9;

/** What is done with the frames of one socket. */
export type FrameTaker = Readonly<{
  /** A whole text frame has come; its payload, where it was asked for. */
  text: (payload: Buffer | null) => void;
  ping: (payload: Buffer) => void;
}>;

/** Reads the frames of one socket: headers only, unless `wantsText` says that payloads are to be kept. */
export class FrameReader {
  readonly #taker: FrameTaker;
  wantsText = true;
  /** A header that is not whole yet. */
  #rest: Buffer | null = null;
  #opcode = 0;
  /** Payload bytes still to come. */
  #missing = -1;
  #parts: Buffer[] = [];

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    for (;;) {
      if (this.#missing === -1) {
        const size = headerSize(bytes);
        if (bytes.length < size) {
          if (bytes.length > 0) this.#rest = Buffer.from(bytes);
          return;
        }
        this.#opcode = (bytes[0] as number) & 15;
        this.#missing = payloadSize(bytes);
        bytes = bytes.subarray(size);
      }
      const taken = Math.min(this.#missing, bytes.length);
      if (this.wantsText || this.#opcode !== TEXT) this.#parts.push(bytes.subarray(0, taken));
      bytes = bytes.subarray(taken);
      this.#missing -= taken;
      if (this.#missing > 0) return;
      this.#missing = -1;
      this.#finish();
    }
  }

  #finish(): void {
    const parts = this.#parts;
    if (parts.length > 0) this.#parts = [];
    if (this.#opcode === TEXT) this.#taker.text(this.wantsText ? Buffer.concat(parts) : null);
    else if (this.#opcode === PING) this.#taker.ping(Buffer.concat(parts));
  }
}

function headerSize(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const length = (bytes[1] as number) & 127;
  return length === 127 ? 10 : length === 126 ? 4 : 2;
}

function payloadSize(bytes: Buffer): number {
  const length = (bytes[1] as number) & 127;
  if (length === 127) return Number(bytes.readBigUInt64BE(2));
  return length === 126 ? bytes.readUInt16BE(2) : length;
}

/** A frame of a client: masked with zeros, which leave the payload as it is. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head, 0, 0, 0, 0]), payload]);
}
