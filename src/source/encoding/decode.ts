// A file's bytes → the same text as UTF-8 without a byte order mark, or why they are no text.

import { isAscii, isUtf8 } from 'node:buffer';
import type { Diagnostic, Rejection } from '../../table/file-facts.ts';
import { encodingName, recode } from './decoder.ts';
import { guessEncoding } from './guess.ts';
import { findBinary, isHtml, recognize } from './none.ts';
import { type InvalidByte, type Mended, mendUtf8 } from './utf8.ts';
import { findMark, findWide } from './wide.ts';

/** A text as UTF-8, how its file was written, how sure that is (0 to 1) and why, in words. */
type Text = Readonly<{
  kind: 'text';
  bytes: Buffer;
  /** The name of the encoding in the Encoding Standard; `utf-32le` and `utf-32be` beside these. */
  encoding: string;
  confidence: number;
  evidence: string;
  /** The first bytes that belong to no character: each is U+FFFD in the text. Offsets are those of the file. */
  invalid: readonly InvalidByte[];
  invalidCount: number;
}>;

export type Decoded = Text | Readonly<{ kind: 'binary'; rejection: Rejection }>;

type Source = Readonly<{ encoding: string; start: number; confidence: number; evidence: string }>;

/**
 * Decodes a file: by its byte order mark, by what a person declared, by what is valid, by what is most likely.
 * @param declared any label of an encoding; one that is not known is passed over, and the evidence says so
 */
export function decode(bytes: Buffer, declared: string | null): Decoded {
  const known = recognize(bytes);
  if (known !== null) return binary(`It is ${known}.`);
  const name = declared === null ? null : encodingName(declared);
  const decoded = decodeBy(bytes, name);
  if (declared === null || name !== null || decoded.kind === 'binary') return decoded;
  return {
    ...decoded,
    evidence: `the declared encoding ${JSON.stringify(declared)} is not known; ${decoded.evidence}`,
  };
}

function decodeBy(bytes: Buffer, declared: string | null): Decoded {
  const mark = findMark(bytes);
  if (mark !== null) return read(bytes, mark);
  if (declared !== null)
    return read(bytes, { encoding: declared, start: 0, confidence: 1, evidence: 'the encoding is declared' });
  const wide = findWide(bytes);
  if (wide !== null) return read(bytes, wide);
  const why = findBinary(bytes);
  if (why !== null) return binary(why);
  if (isUtf8(bytes))
    return read(bytes, { encoding: 'utf-8', start: 0, confidence: 1, evidence: utf8Evidence(bytes) });
  const mended = mendUtf8(bytes, 0, false);
  if (isMostlyUtf8(mended)) return damagedUtf8(mended);
  return read(bytes, { ...guessEncoding(bytes), start: 0 });
}

function read(bytes: Buffer, { encoding, start, confidence, evidence }: Source): Decoded {
  const body = bytes.subarray(start);
  const isValid = encoding === 'utf-8' && isUtf8(body);
  const text = isValid
    ? { bytes: body, invalid: [], invalidCount: 0 }
    : encoding === 'utf-8'
      ? mendUtf8(body, start, true)
      : recode(body, encoding, start);
  if (isHtml(text.bytes)) return binary('It is an HTML page, perhaps the error page of a download.');
  const { invalid, invalidCount } = text;
  return { kind: 'text', bytes: text.bytes, encoding, confidence, evidence, invalid, invalidCount };
}

function utf8Evidence(bytes: Buffer): string {
  return isAscii(bytes) ? 'every byte is ASCII' : 'every byte sequence is valid UTF-8';
}

/** In other encodings bytes hardly ever happen to make valid characters; in those of two bytes a few do. */
function isMostlyUtf8({ validCount, invalidCount }: Mended): boolean {
  return validCount > 0 && validCount >= invalidCount;
}

function damagedUtf8({ bytes, invalid, invalidCount, validCount }: Mended): Decoded {
  const confidence = Math.round((validCount / (validCount + invalidCount)) * 100) / 100;
  const evidence = `${validCount} characters beyond ASCII are valid UTF-8, and ${invalidCount} ${invalidCount === 1 ? 'byte sequence is' : 'byte sequences are'} not`;
  return { kind: 'text', bytes, encoding: 'utf-8', confidence, evidence, invalid, invalidCount };
}

/** A byte that belongs to no character, as a diagnostic. */
export function describeInvalid({ offset, line, byte }: InvalidByte, encoding: string): Diagnostic {
  const shown = byte.toString(16).padStart(2, '0').toUpperCase();
  const message = `The byte 0x${shown} at offset ${offset} is no part of a character in ${encoding}: it is shown as U+FFFD.`;
  return { line, code: 'invalid-byte', message };
}

function binary(what: string): Decoded {
  return {
    kind: 'binary',
    rejection: { code: 'not-a-table', reason: `${what} Rowcast serves CSV and TSV text.` },
  };
}
