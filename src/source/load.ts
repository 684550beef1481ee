// A file's bytes → a table and the facts about the file, or why they are none. Runs in a worker.

import { diffTables, type TableDiff } from '../table/diff.ts';
import type { FileFacts, Rejection } from '../table/file-facts.ts';
import type { Table } from '../table/table.ts';
import { assembleTable, collectDiagnostics, type LineAt } from './assemble.ts';
import { decode } from './decode.ts';
import { findDialect } from './dialect.ts';
import { completeLength, type Mended, mendQuotes } from './mend.ts';
import { parseRecords } from './parse.ts';

/** What a file is to be read as. */
export type LoadOptions = Readonly<{
  /** The file's name ends in `.tsv`. */
  prefersTab: boolean;
  /** When the file was last written, as an RFC 3339 time. */
  modified: string;
  /** The table that is served now. With one, a file that ends inside a quote is refused, else mended. */
  previous: Table | null;
  /** Somebody is still writing: only complete lines count. */
  isGrowing: boolean;
}>;

export type Loaded =
  | Readonly<{ kind: 'loaded'; table: Table; file: FileFacts; diff: TableDiff | null }>
  | Readonly<{ kind: 'rejected'; rejection: Rejection; isText: boolean }>;

/** Reads a whole file's bytes. Never throws for what the bytes hold. */
export async function loadTable(bytes: Buffer, options: LoadOptions): Promise<Loaded> {
  const decoded = decode(bytes);
  if (decoded.kind === 'binary') return { kind: 'rejected', rejection: decoded.rejection, isText: false };
  const { dialect, recordDelimiters } = findDialect(decoded.bytes, options.prefersTab);
  const text = options.isGrowing
    ? decoded.bytes.subarray(0, completeLength(decoded.bytes, dialect.delimiter))
    : decoded.bytes;
  const { bytes: mendedBytes, mended, isQuotingTold, openQuote } = mendQuotes(text, dialect.delimiter);
  if (openQuote !== -1 && options.previous !== null) return rejectOpenQuote(lineCounter(text)(openQuote));

  const diagnostics = collectDiagnostics();
  if (bytes.length === 0) {
    diagnostics.add(() => ({
      line: 1,
      code: 'empty-file',
      message: 'The file is empty: the table has no fields and no rows.',
    }));
  }
  const lineOfQuote = lineCounter(text);
  for (const { offset, isLast } of mended) {
    const where = isLast ? 'which is never closed' : 'which is not closed at the end of a cell';
    diagnostics.add(() => ({
      line: lineOfQuote(offset),
      code: isLast ? 'unclosed-quote' : 'stray-quote',
      message: `A cell begins with a quote ${where}: the quote is read as an ordinary character.`,
    }));
  }
  const assembly = assembleTable(dialect.header, lineInOriginal(text, mended), diagnostics);
  await parseRecords(
    mendedBytes,
    { delimiter: dialect.delimiter, recordDelimiters, isQuotingTold },
    assembly.add,
  );
  const table = assembly.finish();
  const file: FileFacts = Object.freeze({
    bytes: bytes.length,
    modified: options.modified,
    encoding: decoded.encoding,
    dialect,
    diagnostics: diagnostics.list(),
    diagnosticCount: diagnostics.count(),
  });
  const { previous } = options;
  const diff = previous === null || previous.version === table.version ? null : diffTables(previous, table);
  return { kind: 'loaded', table, file, diff };
}

function rejectOpenQuote(line: number): Loaded {
  const reason = `The file ends inside a quoted cell: the quote that opens on line ${line} is never closed. Close it, or write it twice where it is part of the text.`;
  return { kind: 'rejected', rejection: { code: 'unclosed-quote', reason, line }, isText: true };
}

/** Counts lines up to ascending offsets; CRLF, LF and CR each end one. */
function lineCounter(bytes: Buffer): LineAt {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) {
      if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a)) line++;
    }
    return line;
  };
}

/** The same for offsets into the mended text. */
function lineInOriginal(text: Buffer, mended: readonly Mended[]): LineAt {
  const count = lineCounter(text);
  let next = 0;
  let added = 0;
  return (offset) => {
    for (let mend = mended[next]; mend !== undefined && mend.offset + added < offset; mend = mended[++next]) {
      added += mend.added;
    }
    return count(offset - added);
  };
}
