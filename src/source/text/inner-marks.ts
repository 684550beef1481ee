// A text of files that were put together, each with its byte order mark → the text without the inner ones.

import { lineCounter } from './lines.ts';
import { CR, LF } from './marks.ts';

const MARK = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * Leaves out byte order marks where lines begin; elsewhere they are characters of their cells.
 * @param bytes UTF-8; the very same buffer is answered where nothing is left out
 * @returns also the lines, from 1, on which there were some
 */
export function dropInnerMarks(bytes: Buffer): Readonly<{ bytes: Buffer; lines: readonly number[] }> {
  const pieces: Buffer[] = [];
  const lines: number[] = [];
  const lineAt = lineCounter(bytes);
  let from = 0;
  for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + MARK.length)) {
    const before = bytes[at - 1];
    if (at !== from && before !== LF && before !== CR) continue;
    pieces.push(bytes.subarray(from, at));
    from = at + MARK.length;
    lines.push(lineAt(at));
  }
  if (lines.length === 0) return { bytes, lines };
  return { bytes: Buffer.concat([...pieces, bytes.subarray(from)]), lines };
}
