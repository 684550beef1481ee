// Values → JSON as UTF-8 bytes (RFC 8259), the same that `JSON.stringify` makes. Each function writes from `at` on and
// returns where it stopped; the caller has made room.

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

/** Whether a byte cannot stand in a JSON string as it is. */
const IS_ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);

/** The most bytes that one byte of a text becomes, and those of any number. */
export const MOST_PER_BYTE = 6;
export const MOST_PER_NUMBER = 26;

export function writeBytes(buffer: Buffer, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) buffer[at + i] = bytes[i] as number;
  return at + bytes.length;
}

/** A text's UTF-8 bytes, from `start` to before `end`, as a JSON string. */
export function writeString(
  buffer: Buffer,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  buffer[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (IS_ESCAPED[byte] === 0) buffer[at++] = byte;
    else at = writeEscape(buffer, at, byte);
  }
  buffer[at++] = QUOTE;
  return at;
}

/** A whole number within ±(2^53−1). */
export function writeInteger(buffer: Buffer, at: number, value: number): number {
  if (value !== (value | 0)) return writeAscii(buffer, at, String(value));
  let rest = value;
  if (rest < 0) {
    buffer[at++] = MINUS;
    rest = -rest;
  }
  const end = at + digitCount(rest);
  for (let i = end - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    buffer[i] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return end;
}

/**
 * A number that has at most so many decimals, as a rule. With up to 15 digits in all, a decimal text names one double
 * alone, so that its digits are those of the shortest text that does.
 */
export function writeDecimal(buffer: Buffer, at: number, value: number, scale: number): number {
  const unit = UNITS[scale];
  const scaled = unit === undefined ? Number.NaN : Math.round(value * unit);
  if (unit === undefined || scaled / unit !== value || scaled === 0 || Math.abs(scaled) >= 2 ** 31) {
    return writeAscii(buffer, at, String(value));
  }
  let digits = Math.abs(scaled);
  let decimals = scale;
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  if (scaled < 0) buffer[at++] = MINUS;
  if (decimals === 0) return writeInteger(buffer, at, digits);
  const whole = Math.floor(digits / (UNITS[decimals] as number));
  let rest = digits - whole * (UNITS[decimals] as number);
  at = writeInteger(buffer, at, whole);
  buffer[at] = DOT;
  for (let i = at + decimals; i > at; i--) {
    const tenth = Math.floor(rest / 10);
    buffer[i] = ZERO + (rest - tenth * 10);
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

function writeAscii(buffer: Buffer, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) buffer[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeEscape(buffer: Buffer, at: number, byte: number): number {
  const short = SHORT_ESCAPES.get(byte);
  return writeAscii(
    buffer,
    at,
    short === undefined ? `\\u00${HEX[byte >> 4]}${HEX[byte & 15]}` : `\\${short}`,
  );
}
