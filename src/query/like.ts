// A pattern with `%` (any characters), `_` (one) and `\` (the next as it is) → a test of a store's entries.

import type { TextStore } from '../table/text-store.ts';
import { type EntryTest, markHolding } from './text-bytes.ts';

/** What stands between two `%`: bytes, and ONE for any one character. */
type Segment = Readonly<{ parts: readonly number[]; characters: number }>;

const ONE = -1;

/** The test of the whole entry. Time: linear in entry and pattern each, whatever the pattern. */
export function isLike({ bytes, offsets }: TextStore, pattern: string): EntryTest {
  const segments = segmentsOf(pattern);
  const first = segments[0] as Segment;
  const last = segments[segments.length - 1] as Segment;
  const middle = segments.slice(1, -1);
  return (entry) => {
    const end = offsets[entry + 1] as number;
    let at = matchAt(bytes, offsets[entry] as number, end, first);
    if (segments.length === 1) return at === end;
    for (const segment of middle) {
      if (at === -1) return false;
      at = find(bytes, at, end, segment);
    }
    if (at === -1) return false;
    const start = backward(bytes, end, at, last.characters);
    return start !== -1 && matchAt(bytes, start, end, last) === end;
  };
}

/** Marks all entries that are like a pattern: only those that hold its longest run of characters are tried. */
export function markLike(store: TextStore, pattern: string, marks: Uint8Array): void {
  const test = isLike(store, pattern);
  let longest: number[] = [];
  for (const { parts } of segmentsOf(pattern)) {
    let run: number[] = [];
    for (const part of parts) {
      if (part === ONE) run = [];
      else run.push(part);
      if (run.length > longest.length) longest = run.slice();
    }
  }
  markHolding(store, Uint8Array.from(longest), marks);
  for (let entry = 0; entry < marks.length; entry++) if (marks[entry] === 1 && !test(entry)) marks[entry] = 0;
}

function segmentsOf(pattern: string): readonly Segment[] {
  const segments: { parts: number[]; characters: number }[] = [{ parts: [], characters: 0 }];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i] as string;
    const isEscaped = character === '\\' && i + 1 < characters.length;
    if (isEscaped) character = characters[++i] as string;
    if (character === '%' && !isEscaped) {
      segments.push({ parts: [], characters: 0 });
      continue;
    }
    const segment = segments[segments.length - 1] as (typeof segments)[number];
    if (character === '_' && !isEscaped) segment.parts.push(ONE);
    else segment.parts.push(...Buffer.from(character));
    segment.characters++;
  }
  return segments;
}

/** @returns where the match that begins at a place ends, or -1 */
function matchAt(bytes: Uint8Array, start: number, end: number, { parts }: Segment): number {
  let at = start;
  for (let i = 0; i < parts.length; i++) {
    if (at >= end) return -1;
    if (parts[i] === ONE) {
      at++;
      while (at < end && isContinuation(bytes[at])) at++;
    } else if (bytes[at++] !== parts[i]) return -1;
  }
  return at;
}

/** @returns where the first match from a place on ends, or -1 */
function find(bytes: Uint8Array, start: number, end: number, segment: Segment): number {
  for (let at = start; at <= end; at++) {
    if (at < end && isContinuation(bytes[at])) continue;
    const found = matchAt(bytes, at, end, segment);
    if (found !== -1) return found;
  }
  return -1;
}

/** @returns the place some characters before the end, or -1 where that lies before `start` */
function backward(bytes: Uint8Array, end: number, start: number, characters: number): number {
  let at = end;
  for (let left = characters; left > 0; left--) {
    if (at <= start) return -1;
    at--;
    while (at > start && isContinuation(bytes[at])) at--;
  }
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
