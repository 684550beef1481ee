// The beginning of a file → whether its characters have two or four bytes each (UTF-16, UTF-32), and in which order.

/** What a file begins with, and where its text does. */
export type Wide = Readonly<{ encoding: string; start: number; confidence: number; evidence: string }>;

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
];

/** So many bytes are looked at where there is no mark. */
const SAMPLE = 1 << 16;
/** A text has fewer characters with the byte of a line feed, as 上 has, than so many times its line feeds. */
const MOST_HALF_BREAKS = 10;

/** Finds the byte order mark of a file. */
export function findMark(bytes: Buffer): Wide | null {
  const found = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (found === undefined) return null;
  const [encoding, mark] = found;
  return {
    encoding,
    start: mark.length,
    confidence: 1,
    evidence: `the file begins with the byte order mark of ${encoding}`,
  };
}

/**
 * Finds UTF-16 and UTF-32 without a mark. A text of any language has line breaks, delimiters, digits or other ASCII
 * characters, each of which is one byte that is not 0 among those that are.
 */
export function findWide(bytes: Buffer): Wide | null {
  const sample = bytes.subarray(0, SAMPLE);
  if (!sample.includes(0)) return null;
  for (const encoding of ['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be']) {
    const size = encoding.startsWith('utf-32') ? 4 : 2;
    const units = Math.floor(sample.length / size);
    const isLittle = encoding.endsWith('le');
    let ascii = 0;
    let odd = 0;
    let breaks = 0;
    let halfBreaks = 0;
    let halfNuls = 0;
    for (let unit = 0; unit < units; unit++) {
      const at = unit * size;
      const value = readUnit(sample, at, size, isLittle);
      if (value === 9 || value === 10 || value === 13 || (value >= 32 && value < 127)) ascii++;
      else if (value < 32 || value > 0x10ffff || (value & 0xffff) >= 0xfffe) odd++;
      else if (size === 4 && (value & 0xff) === 0 && value > 0xffff) odd++;
      if (value === 10) breaks++;
      else if ((value & 0xff) === 10 || value >> 8 === 10) halfBreaks++;
      if (value > 0xff && (value & 0xff) === 0) halfNuls++;
    }
    if (units < 2 || odd > units / 100 || ascii < units / 20) continue;
    // A text of single bytes with a NUL here and there has these on both sides, and line feeds beside anything.
    if (halfBreaks > breaks * MOST_HALF_BREAKS || halfNuls > ascii / 2) continue;
    return {
      encoding,
      start: 0,
      confidence: Math.round(Math.min(0.99, 0.7 + ascii / units) * 100) / 100,
      evidence: `there is no byte order mark, but the zero bytes stand where ${encoding} has them`,
    };
  }
  return null;
}

/** The number that two or four bytes make. */
export function readUnit(bytes: Buffer, at: number, size: number, isLittle: boolean): number {
  if (size === 4) return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  return isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

/** UTF-32 → UTF-8; what is no character becomes U+FFFD. */
export function decodeUtf32(bytes: Buffer, isLittle: boolean): Buffer {
  const pieces: Buffer[] = [];
  const step = 1 << 16;
  for (let from = 0; from < bytes.length; from += step) {
    let text = '';
    for (let at = from; at < Math.min(from + step, bytes.length); at += 4) {
      const value = at + 4 <= bytes.length ? readUnit(bytes, at, 4, isLittle) : 0xfffd;
      const isCharacter = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
      text += String.fromCodePoint(isCharacter ? value : 0xfffd);
    }
    pieces.push(Buffer.from(text, 'utf8'));
  }
  return Buffer.concat(pieces);
}
