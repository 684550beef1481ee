// Bytes in a known encoding → the same text as UTF-8, and where bytes stand that belong to no character.

import { type InvalidByte, MOST_INVALID } from './utf8.ts';
import { decodeUtf32, readUnit } from './wide.ts';

/** Bytes that are decoded at once: a string cannot hold the largest files. */
const PIECE = 1 << 24;
const REPLACEMENT = Buffer.from('\ufffd', 'utf8');
const LF = 0x0a;

export type Recoded = Readonly<{ bytes: Buffer; invalid: readonly InvalidByte[]; invalidCount: number }>;

/**
 * The name of an encoding by any of its labels, as the Encoding Standard has them.
 * @returns null for a label that is not known
 */
export function encodingName(label: string): string | null {
  const plain = label.trim().toLowerCase();
  if (/^utf[-_]?32(?:le|be)?$/.test(plain)) return plain.endsWith('be') ? 'utf-32be' : 'utf-32le';
  try {
    return new TextDecoder(plain === 'macroman' || plain === 'mac-roman' ? 'macintosh' : plain).encoding;
  } catch {
    return ALIASES.get(plain) ?? null;
  }
}

/** Names that other software uses, and the Encoding Standard does not. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['mac_roman', 'macintosh'],
  ['x-macroman', 'macintosh'],
  ['utf-8-sig', 'utf-8'],
  ['utf8-bom', 'utf-8'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['latin-1', 'windows-1252'],
  ['ansi', 'windows-1252'],
]);

/**
 * @param encoding a name that `encodingName` gives, other than UTF-8
 * @param base where the bytes begin in the file
 */
export function recode(bytes: Buffer, encoding: string, base: number): Recoded {
  if (encoding.startsWith('utf-32')) {
    return withInvalid(decodeUtf32(bytes, encoding === 'utf-32le'), bytes, encoding, base);
  }
  const decoder = new TextDecoder(encoding);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(Buffer.from(decoder.decode(bytes.subarray(at, at + PIECE), { stream: true }), 'utf8'));
  pieces.push(Buffer.from(decoder.decode(), 'utf8'));
  return withInvalid(Buffer.concat(pieces), bytes, encoding, base);
}

/** Invalid bytes are looked for only where the text has U+FFFD in it. */
function withInvalid(text: Buffer, bytes: Buffer, encoding: string, base: number): Recoded {
  const invalid: InvalidByte[] = [];
  if (!text.includes(REPLACEMENT)) return { bytes: text, invalid, invalidCount: 0 };
  let invalidCount = 0;
  const tell = (offset: number, line: number) => {
    if (++invalidCount <= MOST_INVALID)
      invalid.push({ offset: base + offset, line, byte: bytes[offset] as number });
  };
  if (encoding.startsWith('utf-')) findWideFaults(bytes, encoding, tell);
  else findFaults(bytes, encoding, tell);
  return { bytes: text, invalid, invalidCount };
}

/** A line that does not decode is decoded byte by byte, to see where it stops to. */
function findFaults(bytes: Buffer, encoding: string, tell: (offset: number, line: number) => void): void {
  const whole = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const lineEnd = bytes.indexOf(LF, start);
    const end = lineEnd === -1 ? bytes.length : lineEnd + 1;
    if (!decodes(whole, bytes.subarray(start, end), false)) {
      let decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
      let begun = start;
      for (let at = start; at < end; at++) {
        const isLast = at === end - 1;
        const decoded = decodes(decoder, bytes.subarray(at, at + 1), !isLast);
        if (decoded === '') continue;
        if (decoded === false) {
          tell(begun, line);
          decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
        }
        begun = at + 1;
      }
    }
    start = end;
  }
}

/** @returns the text, or false where the bytes are not valid */
function decodes(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer, isPart: boolean): string | false {
  try {
    return decoder.decode(bytes, { stream: isPart });
  } catch {
    return false;
  }
}

function findWideFaults(bytes: Buffer, encoding: string, tell: (offset: number, line: number) => void): void {
  const size = encoding.startsWith('utf-32') ? 4 : 2;
  const isLittle = encoding.endsWith('le');
  const isSurrogate = (value: number, kind: number) => value >= kind && value < kind + 0x400;
  let line = 1;
  for (let at = 0; at < bytes.length; at += size) {
    if (at + size > bytes.length) {
      tell(at, line);
      return;
    }
    const value = readUnit(bytes, at, size, isLittle);
    if (value === LF) line++;
    const isHigh = isSurrogate(value, 0xd800);
    const next = isHigh && size === 2 && at + 4 <= bytes.length ? readUnit(bytes, at + 2, 2, isLittle) : 0;
    if (isHigh && isSurrogate(next, 0xdc00)) at += 2;
    else if (isHigh || isSurrogate(value, 0xdc00) || value > 0x10ffff) tell(at, line);
  }
}
