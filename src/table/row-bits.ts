// Rows of a growing column → a bit for each that is marked. Kept outside the heap, whose end would be that of the process.

import { hasBit } from './row-texts.ts';
import { shared } from './text-store.ts';

export class RowBits {
  #bits = new Uint8Array(64);
  /** How many rows are marked. */
  count = 0;

  /** Marks a row that is not marked yet. */
  add(row: number): void {
    const at = Math.floor(row / 8);
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = (this.#bits[at] as number) | (1 << (row & 7));
    this.count++;
  }

  has(row: number): boolean {
    return hasBit(this.#bits, row);
  }

  /**
   * The bits of so many rows in shared memory; null when none is marked.
   * @param further rows that are marked too
   */
  finish(rows: number, further: readonly number[]): Uint8Array | null {
    if (this.count === 0 && further.length === 0) return null;
    const length = Math.ceil(rows / 8);
    const bits = shared(Uint8Array, new Uint8Array(length));
    bits.set(this.#bits.subarray(0, length));
    for (const row of further) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
    return bits;
  }
}
