// The cells of a text column while it grows: a dictionary at first, one entry per row when most cells differ.

import type { TextColumn } from './column.ts';
import { shared, TextWriter } from './text-store.ts';

/** Rows after which it is asked for the first time whether a dictionary pays. */
const FIRST_CHECK = 1 << 17;
/** A dictionary with more entries than this share of the rows is given up. */
const WORTHWHILE_SHARE = 0.5;

export class TextCells {
  #writer = new TextWriter();
  #dictionary: Map<string, number> | null = new Map();
  #codes = new Uint32Array(64);
  #rows = 0;
  #nextCheck = FIRST_CHECK;

  /** @returns whether this text was not seen before, as far as is known */
  push(text: string): boolean {
    const row = this.#rows++;
    if (this.#dictionary === null) {
      this.#writer.push(text);
      return true;
    }
    if (row >= this.#codes.length) this.#growCodes();
    const known = this.#dictionary.get(text);
    this.#codes[row] = known ?? this.#dictionary.size;
    if (known !== undefined) return false;
    this.#dictionary.set(text, this.#dictionary.size);
    if (this.#rows >= this.#nextCheck) this.#checkDictionary();
    return true;
  }

  /** The cells as a column; `nulls` and `exceptions` are the caller's. */
  finish(): Pick<TextColumn, 'kind' | 'codes' | 'entries'> {
    const dictionary = this.#dictionary;
    if (dictionary === null) return { kind: 'text', codes: null, entries: this.#writer.finish() };
    for (const text of dictionary.keys()) this.#writer.push(text);
    return { kind: 'text', codes: this.#narrowCodes(dictionary.size), entries: this.#writer.finish() };
  }

  #narrowCodes(entries: number): Uint8Array | Uint16Array | Uint32Array {
    if (entries <= 0x100) return shared(Uint8Array, this.#codes, this.#rows);
    if (entries <= 0x10000) return shared(Uint16Array, this.#codes, this.#rows);
    return shared(Uint32Array, this.#codes, this.#rows);
  }

  #growCodes(): void {
    const grown = new Uint32Array(this.#codes.length * 2);
    grown.set(this.#codes);
    this.#codes = grown;
  }

  #checkDictionary(): void {
    const dictionary = this.#dictionary as Map<string, number>;
    this.#nextCheck = this.#rows * 2;
    if (dictionary.size < this.#rows * WORTHWHILE_SHARE) return;
    const texts = [...dictionary.keys()];
    for (let row = 0; row < this.#rows; row++) this.#writer.push(texts[this.#codes[row] as number] as string);
    this.#dictionary = null;
    this.#codes = new Uint32Array(0);
  }
}
