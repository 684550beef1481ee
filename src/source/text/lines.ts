// Byte offsets → line numbers, also for a text that was mended: diagnostics name the lines of the file as it is.

import { CR, LF } from './marks.ts';
import type { Mended } from './mend.ts';

/** Tells the line, from 1, at a byte offset; offsets are asked for in ascending order. */
export type LineAt = (offset: number) => number;

/** Counts lines up to ascending offsets; CRLF, LF and CR each end one. */
export function lineCounter(bytes: Buffer): LineAt {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) {
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line++;
    }
    return line;
  };
}

/**
 * The same for offsets into the mended text.
 * @param text the text as it was
 * @param start where in `text` the part begins that was mended
 */
export function lineInOriginal(text: Buffer, start: number, mended: readonly Mended[]): LineAt {
  const count = lineCounter(text);
  let next = 0;
  let added = 0;
  return (offset) => {
    for (let mend = mended[next]; mend !== undefined && mend.offset + added < offset; mend = mended[++next]) {
      added += mend.added;
    }
    return count(start + offset - added);
  };
}

/** The same, past lines that are comments: where a record begins that comments stand before. */
export function pastComments(bytes: Buffer, commentChar: string | undefined, lineAt: LineAt): LineAt {
  if (commentChar === undefined) return lineAt;
  const comment = commentChar.charCodeAt(0);
  return (offset) => {
    let at = offset;
    while (bytes[at] === comment) {
      while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
      while (bytes[at] === LF || bytes[at] === CR) at++;
    }
    return lineAt(at);
  };
}
