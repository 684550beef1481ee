// The beginning of a text → the line breaks that end its records.

/** So many bytes from the start are looked at. */
const LOOKED_AT = 1 << 15;

/**
 * Line breaks count where they end a line, not in quoted cells; CRLF, LF and CR may be mixed.
 * @returns the usual one first
 */
export function findRecordDelimiters(bytes: Buffer): readonly string[] {
  const ends = lineEnds(bytes.subarray(0, LOOKED_AT));
  const first = ends[0];
  const alone = ends.filter((end) => end === '\r').length;
  const hasLf = ends.length > alone;
  if (first === '\r' && !hasLf) return ['\r'];
  if (first === undefined && bytes.includes(0x0d) && !bytes.includes(0x0a)) return ['\r'];
  // A CR here and there is part of a cell; where they are many they end lines as the others do.
  const mixed = alone > 0 && alone >= ends.length * 0.1 ? ['\r'] : [];
  if (first === '\r\n') return ['\r\n', '\n', ...mixed];
  return bytes.includes('\r\n') || mixed.length > 0 ? ['\n', '\r\n', ...mixed] : ['\n'];
}

/** The line breaks outside quotes; a quote opens a cell behind a delimiter or a line break only. */
function lineEnds(sample: Buffer): string[] {
  const text = sample.toString('latin1');
  const outside = text.replace(/(^|[,;\t|\r\n])"(?:[^"]|"")*(?:"(?=[,;\t|\r\n]|$)|$)/g, '$1');
  return outside.match(/\r\n|\r|\n/g) ?? [];
}
