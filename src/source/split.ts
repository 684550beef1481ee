// The beginning of a text under a delimiter → its records, cut as a parser would: good enough to compare delimiters.

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Cuts text into records of cells. A quote opens a cell only at its beginning, and a doubled one is one.
 * @param bytes UTF-8 whose quotes are balanced (`mend.ts`)
 * @param delimiter one ASCII character
 * @param limit at most so many records
 */
export function splitRecords(bytes: Buffer, delimiter: string, limit: number): string[][] {
  const separator = delimiter.charCodeAt(0);
  const isBreak = (at: number) => bytes[at] === LF || bytes[at] === CR;
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < bytes.length && records.length < limit) {
    let end = at;
    if (bytes[at] === QUOTE) end = closingQuote(bytes, at) + 1;
    while (end < bytes.length && bytes[end] !== separator && !isBreak(end)) end++;
    record.push(cellText(bytes.toString('utf8', at, end)));
    at = end + 1;
    if (bytes[end] === separator && at < bytes.length) continue;
    if (bytes[end] === separator) record.push('');
    if (bytes[end] === CR && bytes[at] === LF) at++;
    records.push(record);
    record = [];
  }
  return records;
}

/** The first quote after an opening one that is not doubled, or the last byte. */
export function closingQuote(bytes: Buffer, open: number): number {
  let at = bytes.indexOf(QUOTE, open + 1);
  while (at !== -1 && bytes[at + 1] === QUOTE) at = bytes.indexOf(QUOTE, at + 2);
  return at === -1 ? bytes.length - 1 : at;
}

function cellText(raw: string): string {
  if (!raw.startsWith('"')) return raw;
  const inner = raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw.slice(1);
  return inner.replaceAll('""', '"');
}
