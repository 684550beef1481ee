// Rows of a growing column whose text is kept apart, and rows that are null: lists in row order.

import type { Exceptions } from './column.ts';
import { shared } from './text-store.ts';
import { TextWriter } from './text-writer.ts';

/** Texts of some rows; `rows` ascends. */
export type RowTexts = { readonly rows: number[]; readonly texts: string[] };

/** Adds a row's text at the end. */
export function append(list: RowTexts, row: number, text: string): void {
  list.rows.push(row);
  list.texts.push(text);
}

/** Forgets all rows. */
export function clear(list: RowTexts): void {
  list.rows.length = 0;
  list.texts.length = 0;
}

/** Tells for ascending rows, asked one after the other, whether they are in an ascending list. */
export function cursor(rows: readonly number[]): (row: number) => boolean {
  let next = 0;
  return (row) => {
    if (rows[next] !== row) return false;
    next++;
    return true;
  };
}

/** Both lists as one, in row order; no row is in both. */
export function mergeByRow(a: RowTexts, b: RowTexts): RowTexts {
  if (b.rows.length === 0) return a;
  const merged: RowTexts = { rows: [], texts: [] };
  let i = 0;
  let j = 0;
  while (i < a.rows.length || j < b.rows.length) {
    const takesA = j >= b.rows.length || (i < a.rows.length && (a.rows[i] as number) < (b.rows[j] as number));
    const from = takesA ? a : b;
    const at = takesA ? i++ : j++;
    append(merged, from.rows[at] as number, from.texts[at] as string);
  }
  return merged;
}

/** Sets the bits of all rows in some lists; null when there is none. */
export function nullBits(rows: number, ...lists: readonly (readonly number[])[]): Uint8Array | null {
  if (lists.every((list) => list.length === 0)) return null;
  const bits = shared(Uint8Array, new Uint8Array((rows + 7) >> 3));
  for (const list of lists)
    for (const row of list) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  return bits;
}

/** Whether a row is null by a bit per row. */
export function hasBit(bits: Uint8Array, row: number): boolean {
  return ((bits[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

/** The texts as a column keeps them; null when there is none. */
export function freezeExceptions(list: RowTexts): Exceptions | null {
  if (list.rows.length === 0) return null;
  const writer = new TextWriter();
  for (const text of list.texts) writer.push(text);
  return Object.freeze({ rows: shared(Uint32Array, list.rows), texts: writer.finish() });
}
