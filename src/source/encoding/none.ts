// The beginning of a file → what it is where it is no text.

/** What files that are not text begin with, and what they are called. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x89PNG\r\n', 'a PNG image'],
  ['GIF87a', 'a GIF image'],
  ['GIF89a', 'a GIF image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['%PDF-', 'a PDF document'],
  ['{\\rtf', 'a rich text document: save it as CSV'],
  ['PK\x03\x04', 'a zip archive, or a spreadsheet such as .xlsx or .ods: save it as CSV'],
  ['\xd0\xcf\x11\xe0', 'an old office document such as .xls: save it as CSV'],
  ['\x1f\x8b', 'a gzip archive: unpack it'],
  ['\xfd7zXZ\0', 'an xz archive: unpack it'],
  ['7z\xbc\xaf', 'a 7z archive: unpack it'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive: unpack it'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['PAR1\x15', 'a Parquet file'],
  ['ARROW1\0', 'an Arrow file'],
  ['\x7fELF', 'a program'],
];
/** Beginnings of which a part differs from file to file. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^RIFF[\s\S]{4}(?:WEBP|WAVE|AVI )/, 'a picture, a sound or a film'],
  [/^BZh[1-9]1AY&SY/, 'a bzip2 archive: unpack it'],
];

/** Control characters are looked for in so many bytes from the start. */
const SNIFFED = 1 << 16;
/** Text that was damaged on a disk may have runs of zero bytes; of what is left nearly nothing is a control character. */
const MOST_ZEROS = 0.1;
const MOST_CONTROLS = 0.01;

/** What a file is by its first bytes, in words; null where they say nothing. */
export function recognize(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 16).toString('latin1');
  const found = PATTERNS.find(([pattern]) => pattern.test(start));
  return (found ?? SIGNATURES.find(([signature]) => start.startsWith(signature)))?.[1] ?? null;
}

/** Whether a text is an HTML page, as servers send one in place of a file. */
export function isHtml(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 512).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?<(?:!doctype\s+html|html)[\s>]/i.test(
    start,
  );
}

/** Why bytes whose characters are of one byte, or of a few, are no text, in words; null where they may be. */
export function findBinary(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, SNIFFED);
  let zeros = 0;
  let controls = 0;
  for (let at = 0; at < sample.length; at++) {
    const byte = sample[at] as number;
    if (byte === 0) zeros++;
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 0x1a && byte !== 0x1b)) controls++;
  }
  if (zeros > sample.length * MOST_ZEROS) return 'It holds NUL bytes, which text does not.';
  if (zeros > 0 && zeros + controls > 8 && controls > sample.length * MOST_CONTROLS)
    return 'It holds NUL bytes and control characters, which text does not.';
  return null;
}
