// A file's bytes → the same text as UTF-8 without a byte order mark, or why they are no text.

import { isUtf8 } from 'node:buffer';
import type { Rejection } from '../table/file-facts.ts';

/** `bytes` is UTF-8; `encoding` names how the file was written. */
export type Decoded =
  | Readonly<{ kind: 'text'; bytes: Buffer; encoding: string }>
  | Readonly<{ kind: 'binary'; rejection: Rejection }>;

/** What files that are not text begin with, and what they are called. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x89PNG\r\n', 'a PNG image'],
  ['GIF8', 'a GIF image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['%PDF-', 'a PDF document'],
  ['PK\x03\x04', 'a zip archive, or a spreadsheet such as .xlsx or .ods: save it as CSV'],
  ['\xd0\xcf\x11\xe0', 'an old office document such as .xls: save it as CSV'],
  ['\x1f\x8b', 'a gzip archive: unpack it'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['PAR1', 'a Parquet file'],
  ['\x7fELF', 'a program'],
];

/** NUL bytes are looked for in so many bytes from the start. */
const SNIFFED = 1 << 16;

/** Finds a file's encoding from its bytes. */
export function decode(bytes: Buffer): Decoded {
  const start = bytes.subarray(0, 16).toString('latin1');
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return binary(`It is ${known[1]}.`);
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return decodeUtf8(bytes.subarray(3));
  }
  for (const [first, second, encoding] of [
    [0xff, 0xfe, 'utf-16le'],
    [0xfe, 0xff, 'utf-16be'],
  ] as const) {
    if (bytes[0] === first && bytes[1] === second) return recode(bytes.subarray(2), encoding);
  }
  if (bytes.subarray(0, SNIFFED).includes(0)) return binary('It holds NUL bytes, which text does not.');
  if (/^\s*<(?:!doctype html|html)[\s>]/i.test(bytes.subarray(0, 256).toString('latin1'))) {
    return binary('It is an HTML page, perhaps the error page of a download.');
  }
  return decodeUtf8(bytes);
}

function decodeUtf8(bytes: Buffer): Decoded {
  if (isUtf8(bytes)) return { kind: 'text', bytes, encoding: 'utf-8' };
  return recode(bytes, 'windows-1252');
}

function recode(bytes: Buffer, encoding: string): Decoded {
  return { kind: 'text', bytes: Buffer.from(new TextDecoder(encoding).decode(bytes), 'utf8'), encoding };
}

function binary(what: string): Decoded {
  return {
    kind: 'binary',
    rejection: { code: 'not-a-table', reason: `${what} Rowcast serves CSV and TSV text.` },
  };
}
