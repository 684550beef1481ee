// Entries of a text store and a text → how they compare, by their UTF-8 bytes and without making strings of them.

import { hashText, type TextStore } from '../table/text-store.ts';

/** Tells of one entry of a store, by its position. */
export type EntryTest = (entry: number) => boolean;

/** Below 0 where an entry stands before a text, above where behind; by code point, which is the order of bytes. */
export function compareEntry({ bytes, offsets }: TextStore, entry: number, text: Uint8Array): number {
  const start = offsets[entry] as number;
  const length = (offsets[entry + 1] as number) - start;
  const shorter = Math.min(length, text.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (bytes[start + i] as number) - (text[i] as number);
    if (difference !== 0) return difference;
  }
  return length - text.length;
}

/** The test for being one of some texts. */
export function isAnyOf(store: TextStore, texts: readonly string[]): EntryTest {
  const wanted = texts.map((text) => Buffer.from(text));
  const [only] = wanted;
  if (only !== undefined && wanted.length === 1) return isText(store, only);
  // The hash rules out nearly every entry that is none of them.
  const byHash = new Map<number, Buffer[]>();
  for (const text of wanted) {
    const hash = hashText({ bytes: text, offsets: Uint32Array.of(0, text.length) }, 0);
    byHash.set(hash, [...(byHash.get(hash) ?? []), text]);
  }
  return (entry) =>
    byHash.get(hashText(store, entry))?.some((text) => compareEntry(store, entry, text) === 0) ?? false;
}

function isText({ bytes, offsets }: TextStore, text: Uint8Array): EntryTest {
  const { length } = text;
  return (entry) => {
    const start = offsets[entry] as number;
    return (offsets[entry + 1] as number) - start === length && isAt(bytes, start, text);
  };
}

/** The test for beginning with a text. */
export function beginsWith({ bytes, offsets }: TextStore, text: Uint8Array): EntryTest {
  return (entry) => {
    const start = offsets[entry] as number;
    const isLong = (offsets[entry + 1] as number) - start >= text.length;
    return isLong && isAt(bytes, start, text);
  };
}

/** The test for ending with a text. */
export function finishesWith({ bytes, offsets }: TextStore, text: Uint8Array): EntryTest {
  return (entry) => {
    const start = (offsets[entry + 1] as number) - text.length;
    return start >= (offsets[entry] as number) && isAt(bytes, start, text);
  };
}

/** The test for holding a text anywhere. */
export function holds({ bytes, offsets }: TextStore, text: Uint8Array): EntryTest {
  const first = text[0];
  if (first === undefined) return () => true;
  return (entry) => {
    const last = (offsets[entry + 1] as number) - text.length;
    for (let at = offsets[entry] as number; at <= last; at++) {
      if (bytes[at] === first && isAt(bytes, at, text)) return true;
    }
    return false;
  };
}

/** Calls after which it is asked whether matches are too dense for searching the bytes as a whole. */
const FIRST_CALLS = 1000;
/** A call that finds a match costs about as much as looking at so many bytes one by one. */
const WORTHWHILE_GAP = 100;

/** Marks all entries that hold a text: searches the bytes as a whole, as long as matches are rare. */
export function markHolding(store: TextStore, text: Uint8Array, marks: Uint8Array): void {
  const { bytes, offsets } = store;
  const count = offsets.length - 1;
  if (text.length === 0) {
    marks.fill(1);
    return;
  }
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let entry = 0;
  let from = 0;
  for (let calls = 1; ; calls++) {
    const at = whole.indexOf(text, from);
    if (at === -1) return;
    while ((offsets[entry + 1] as number) <= at) entry++;
    const end = offsets[entry + 1] as number;
    if (at + text.length <= end) {
      marks[entry] = 1;
      from = end;
    } else from = at + 1; // it reaches into the next entry
    if (calls >= FIRST_CALLS && from < calls * WORTHWHILE_GAP) break;
  }
  const test = holds(store, text);
  for (; entry < count; entry++) if (test(entry)) marks[entry] = 1;
}

function isAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
