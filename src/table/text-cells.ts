// The cells of a text column while it grows: a dictionary at first, one entry per row when most cells differ.

import type { TextColumn } from './column.ts';
import { shared } from './text-store.ts';
import { TextWriter } from './text-writer.ts';

/** Rows after which it is asked for the first time whether a dictionary pays. */
const FIRST_CHECK = 1 << 17;
/** A dictionary with more entries than this share of the rows is given up. */
const WORTHWHILE_SHARE = 0.5;

export class TextCells {
  #writer = new TextWriter();
  /** The entry of each row; null once there is an entry per row. */
  #codes: Uint32Array | null = new Uint32Array(64);
  #rows = 0;
  #nextCheck = FIRST_CHECK;

  /** @returns whether this text was not seen before, as far as is known */
  push(text: string): boolean {
    const row = this.#rows++;
    let codes = this.#codes;
    if (codes === null) {
      this.#writer.push(text);
      return true;
    }
    if (row >= codes.length) {
      const grown = new Uint32Array(codes.length * 2);
      grown.set(codes);
      this.#codes = codes = grown;
    }
    const before = this.#writer.count;
    codes[row] = this.#writer.intern(text);
    if (this.#rows >= this.#nextCheck) this.#checkDictionary(codes);
    return this.#writer.count !== before;
  }

  /** The cells as a column; `nulls` and `exceptions` are the caller's. */
  finish(): Pick<TextColumn, 'kind' | 'codes' | 'entries'> {
    return { kind: 'text', codes: this.#finishCodes(), entries: this.#writer.finish() };
  }

  #finishCodes(): Uint8Array | Uint16Array | Uint32Array | null {
    const codes = this.#codes;
    if (codes === null) return null;
    const { count } = this.#writer;
    if (count <= 0x100) return shared(Uint8Array, codes, this.#rows);
    return count <= 0x10000 ? shared(Uint16Array, codes, this.#rows) : shared(Uint32Array, codes, this.#rows);
  }

  #checkDictionary(codes: Uint32Array): void {
    this.#nextCheck = this.#rows * 2;
    if (this.#writer.count < this.#rows * WORTHWHILE_SHARE) return;
    const plain = new TextWriter();
    for (let row = 0; row < this.#rows; row++) plain.pushFrom(this.#writer, codes[row] as number);
    this.#writer = plain;
    this.#codes = null;
  }
}

/** The cells of so many rows without a value. */
export function blankCells(rows: number): TextCells {
  const cells = new TextCells();
  for (let row = 0; row < rows; row++) cells.push('');
  return cells;
}
