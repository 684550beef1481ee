// Values → JSON as UTF-8 bytes (RFC 8259), the same that `JSON.stringify` makes. Each function writes from `at` on and
// returns where it stopped; the caller has made room. Bytes go four at a time where they can.

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const HEX = '0123456789abcdef';

/** The two-character escapes, by the byte that they stand for. */
const SHORT_ESCAPES = new Map([
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [12, 'f'],
  [13, 'r'],
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
]);

/** The most bytes that one byte of a text becomes, and those of any number. */
export const MOST_PER_BYTE = 6;
export const MOST_PER_NUMBER = 26;

/** A constant text as words; it is written with up to 3 bytes behind it, which what comes next writes over. */
export type Constant = Readonly<{ words: Int32Array; length: number }>;

/** The most bytes that a constant takes beyond its length. */
export const MOST_BEHIND = 3;

/** Makes a constant of a text. */
export function constantOf(text: string): Constant {
  const bytes = Buffer.from(text);
  const padded = Buffer.concat([bytes, Buffer.alloc(MOST_BEHIND)]);
  const words = Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) => padded.readInt32LE(i * 4));
  return Object.freeze({ words, length: bytes.length });
}

export function writeConstant(view: DataView, at: number, { words, length }: Constant): number {
  for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i] as number, true);
  return at + length;
}

/** A text's UTF-8 bytes, from `start` to before `end`, as a JSON string. */
export function writeString(view: DataView, at: number, text: DataView, start: number, end: number): number {
  view.setUint8(at++, QUOTE);
  for (let i = start; i < end; ) {
    if (i + 4 <= end) {
      const word = text.getInt32(i, true);
      if (!hasEscape(word)) {
        view.setInt32(at, word, true);
        at += 4;
        i += 4;
        continue;
      }
    }
    const byte = text.getUint8(i++);
    if (byte >= 32 && byte !== QUOTE && byte !== BACKSLASH) view.setUint8(at++, byte);
    else at = writeEscape(view, at, byte);
  }
  view.setUint8(at++, QUOTE);
  return at;
}

/**
 * Whether one of four bytes cannot stand in a JSON string as it is: a control, a quote or a backslash. From "Bit
 * Twiddling Hacks" (S. E. Anderson): `(x - n) & ~x & 0x80` is set in each byte of x that is less than n.
 */
function hasEscape(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const found =
    ((word - 0x20202020) & ~word) | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  return (found & 0x80808080) !== 0;
}

/** A whole number within ±(2^53−1). */
export function writeInteger(view: DataView, at: number, value: number): number {
  if (value !== (value | 0)) return writeAscii(view, at, String(value));
  let rest = value;
  if (rest < 0) {
    view.setUint8(at++, MINUS);
    rest = -rest;
  }
  const end = at + digitCount(rest);
  for (let i = end - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    view.setUint8(i, ZERO + (rest - tenth * 10));
    rest = tenth;
  }
  return end;
}

/**
 * A number that has at most so many decimals, as a rule. With up to 15 digits in all, a decimal text names one double
 * alone, so that its digits are those of the shortest text that does.
 */
export function writeDecimal(view: DataView, at: number, value: number, scale: number): number {
  const unit = UNITS[scale];
  const scaled = unit === undefined ? Number.NaN : Math.round(value * unit);
  if (unit === undefined || scaled / unit !== value || scaled === 0 || Math.abs(scaled) >= 2 ** 31) {
    return writeAscii(view, at, String(value));
  }
  let digits = Math.abs(scaled);
  let decimals = scale;
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  if (scaled < 0) view.setUint8(at++, MINUS);
  if (decimals === 0) return writeInteger(view, at, digits);
  const whole = Math.floor(digits / (UNITS[decimals] as number));
  let rest = digits - whole * (UNITS[decimals] as number);
  at = writeInteger(view, at, whole);
  view.setUint8(at, DOT);
  for (let i = at + decimals; i > at; i--) {
    const tenth = Math.floor(rest / 10);
    view.setUint8(i, ZERO + (rest - tenth * 10));
    rest = tenth;
  }
  return at + decimals + 1;
}

const UNITS: readonly number[] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];

function digitCount(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}

function writeAscii(view: DataView, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  return at + text.length;
}

function writeEscape(view: DataView, at: number, byte: number): number {
  const short = SHORT_ESCAPES.get(byte);
  return writeAscii(view, at, short === undefined ? `\\u00${HEX[byte >> 4]}${HEX[byte & 15]}` : `\\${short}`);
}
