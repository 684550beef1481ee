// Entries of a text store → their order, by code point or as a language has it.

import { sameText, type TextStore, textAt } from '../table/text-store.ts';
import { sortByKey } from './radix-sort.ts';

/** Entries in ascending order, ties as they stood; `isSame` tells whether two entries stand at one rank. */
export type TextOrder = Readonly<{ sorted: Uint32Array; isSame: (a: number, b: number) => boolean }>;

/** From so many entries on, a radix sort beats the engine's. */
const MANY = 1 << 13;
/** Bytes that are compared at once; each takes 9 bits of a key, 0 being the end of the text. */
const STEP = 3;
const BYTE_BITS = 9;
const KEY_LIMIT = 2 ** (STEP * BYTE_BITS);
/** A key and a position make one exact integer of 53 bits. */
const POSITIONS = 2 ** 26;

/** @param collate a BCP 47 locale, or null for code points */
export function orderTexts(store: TextStore, entries: Uint32Array, collate: string | null): TextOrder {
  return collate === null ? orderByBytes(store, entries) : orderByLocale(store, entries, collate);
}

function orderByLocale(store: TextStore, entries: Uint32Array, collate: string): TextOrder {
  const { compare } = new Intl.Collator(collate);
  const ids = Array.from(entries);
  const texts = new Map(ids.map((entry) => [entry, textAt(store, entry)]));
  const order = (a: number, b: number) => compare(texts.get(a) as string, texts.get(b) as string);
  return { sorted: Uint32Array.from(ids.sort(order)), isSame: (a, b) => order(a, b) === 0 };
}

/** The order of UTF-8 bytes is that of code points. MSD over three bytes at a time. */
function orderByBytes(store: TextStore, entries: Uint32Array): TextOrder {
  const sorted = entries.slice();
  const keys = new Uint32Array(store.offsets.length - 1);
  const spare = new Uint32Array(sorted.length);
  const groups: { from: number; to: number; depth: number }[] = [{ from: 0, to: sorted.length, depth: 0 }];
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    const { from, to, depth } = group;
    const ids = sorted.subarray(from, to);
    if (!readKeys(store, ids, depth, keys)) sortGroup(ids, keys, spare.subarray(0, to - from));
    for (let start = from; start < to; ) {
      const key = keys[sorted[start] as number] as number;
      let end = start + 1;
      while (end < to && keys[sorted[end] as number] === key) end++;
      const isEnded = (key & (2 ** BYTE_BITS - 1)) === 0;
      if (end - start > 1 && !isEnded) groups.push({ from: start, to: end, depth: depth + STEP });
      start = end;
    }
  }
  return { sorted, isSame: (a, b) => sameText(store, a, store, b) };
}

/** Packs the bytes at a depth into a key for each entry. @returns whether all keys are the same */
function readKeys(
  { bytes, offsets }: TextStore,
  ids: Uint32Array,
  depth: number,
  keys: Uint32Array,
): boolean {
  let isSame = true;
  let last = -1;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    const at = (offsets[id] as number) + depth;
    const left = (offsets[id + 1] as number) - at;
    let key = left > 0 ? ((bytes[at] as number) + 1) << (2 * BYTE_BITS) : 0;
    if (left > 1) key |= ((bytes[at + 1] as number) + 1) << BYTE_BITS;
    if (left > 2) key |= (bytes[at + 2] as number) + 1;
    keys[id] = key;
    if (key !== last && last !== -1) isSame = false;
    last = key;
  }
  return isSame;
}

function sortGroup(ids: Uint32Array, keys: Uint32Array, spare: Uint32Array): void {
  const { length } = ids;
  if (length >= MANY) {
    const result = sortByKey(ids, keys, KEY_LIMIT - 1, spare);
    if (result !== ids) ids.set(result);
    return;
  }
  const pairs = new Float64Array(length);
  for (let i = 0; i < length; i++) pairs[i] = (keys[ids[i] as number] as number) * POSITIONS + i;
  pairs.sort();
  spare.set(ids);
  for (let i = 0; i < length; i++) ids[i] = spare[(pairs[i] as number) % POSITIONS] as number;
}
