// Bytes that are UTF-8 but for some → where those are, and the text with U+FFFD in their place.

import { isUtf8 } from 'node:buffer';

/** A byte that belongs to no character. `offset` counts bytes of the file from 0, `line` from 1. */
export type InvalidByte = Readonly<{ offset: number; line: number; byte: number }>;

/** So many invalid bytes are told one by one; the others are counted. */
export const MOST_INVALID = 100;

/** Bytes that are looked at at once: a stretch that is valid is passed over. */
const STRETCH = 1 << 12;
const REPLACEMENT = Buffer.from('\ufffd', 'utf8');
const LF = 0x0a;
const CR = 0x0d;

export type Mended = Readonly<{
  bytes: Buffer;
  invalid: readonly InvalidByte[];
  invalidCount: number;
  /** How many characters beyond ASCII are valid. */
  validCount: number;
}>;

/** After so many invalid bytes it is asked whether the text is UTF-8 at all. */
const ENOUGH = 1000;

/**
 * Replaces what is not valid as the Encoding Standard does: an incomplete character by one U+FFFD.
 * @param base where the bytes begin in the file
 * @param isCertain whether the text is UTF-8 even if more of it is invalid than not; if not, such a text is left early
 */
export function mendUtf8(bytes: Buffer, base: number, isCertain: boolean): Mended {
  const pieces: Buffer[] = [];
  const invalid: InvalidByte[] = [];
  const lineAt = countLines(bytes);
  let invalidCount = 0;
  let validCount = 0;
  let copied = 0;
  let at = 0;
  while (at < bytes.length && (isCertain || invalidCount < ENOUGH || invalidCount <= validCount)) {
    const stretch = wholeCharacters(bytes, at, Math.min(bytes.length, at + STRETCH));
    if (stretch > at && isUtf8(bytes.subarray(at, stretch))) {
      for (let i = at; i < stretch; i++) if ((bytes[i] as number) >= 0xc0) validCount++;
      at = stretch;
      continue;
    }
    const end = Math.min(bytes.length, at + STRETCH);
    while (at < end) {
      const length = characterLength(bytes, at);
      if (length > 0) {
        if (length > 1) validCount++;
        at += length;
        continue;
      }
      if (++invalidCount <= MOST_INVALID)
        invalid.push({ offset: base + at, line: lineAt(at), byte: bytes[at] as number });
      pieces.push(bytes.subarray(copied, at), REPLACEMENT);
      at -= length;
      copied = at;
    }
  }
  pieces.push(bytes.subarray(copied));
  return { bytes: Buffer.concat(pieces), invalid, invalidCount, validCount };
}

/** Counts lines up to ascending offsets; CRLF, LF and CR each end one. */
export function countLines(bytes: Buffer): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line++;
    return line;
  };
}

/** An end at or before `end` that cuts no character in two, where the bytes are valid. */
function wholeCharacters(bytes: Buffer, start: number, end: number): number {
  let cut = end;
  while (cut < bytes.length && cut > start && end - cut < 4 && ((bytes[cut] as number) & 0xc0) === 0x80)
    cut--;
  return cut;
}

/**
 * The length of the character at an offset; where there is none, the length of what is replaced, as a negative number.
 * The ranges are those of table 3-7 of the Unicode Standard.
 */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const wanted = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 1; i < wanted; i++) {
    const byte = bytes[at + i] ?? 0;
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return -i;
  }
  return wanted;
}
