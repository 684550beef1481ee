// A file's bytes → its tables and the facts about them, or why they are none. Runs in a worker.

import { diffTables, type TableDiff } from '../../table/diff.ts';
import type { FileFacts, Rejection } from '../../table/file-facts.ts';
import type { Table } from '../../table/table.ts';
import type { Declaration } from '../declared/declaration.ts';
import { type Decoded, decode, describeInvalid } from '../encoding/decode.ts';
import { MOST_BYTES, textTooLarge } from '../read.ts';
import { collectDiagnostics, type Diagnostics } from './diagnostics.ts';
import { dropInnerMarks } from './inner-marks.ts';
import { lineCounter } from './lines.ts';
import { readSection } from './section.ts';
import { beginsTable, cutSections, type Section } from './sections.ts';

/** What a file is to be read as. */
export type LoadOptions = Readonly<{
  /** The file's name ends in `.tsv`. */
  prefersTab: boolean;
  /** When the file was last written, as an RFC 3339 time. */
  modified: string;
  /**
   * The tables that are served now: of `name`, `name.2`, and so on. With one, a file that ends inside a quote is
   * refused, else mended.
   */
  previous: readonly Table[];
  /** Somebody is still writing: only complete lines count. */
  isGrowing: boolean;
  /** What a person declared of the file. */
  declared: Declaration | null;
  /** Is told now and then how much has been parsed, from 0 to 1. */
  onProgress?: (share: number) => void;
}>;

/** One table of a file, and what changed since its previous version (null: nothing, or there was none). */
export type LoadedTable = Readonly<{ table: Table; file: FileFacts; diff: TableDiff | null }>;

/** At least one table: the first is called as the file, the others `name.2`, `name.3`. */
export type Loaded =
  | Readonly<{ kind: 'loaded'; tables: readonly LoadedTable[] }>
  | Readonly<{ kind: 'rejected'; rejection: Rejection; isText: boolean }>;

/** Reads a whole file's bytes. Never throws for what the bytes hold. */
export async function loadTables(bytes: Buffer, options: LoadOptions): Promise<Loaded> {
  const { declared, previous, isGrowing, prefersTab } = options;
  const decoded = decode(bytes, declared?.encoding ?? null);
  if (decoded.kind === 'binary') return { kind: 'rejected', rejection: decoded.rejection, isText: false };
  const { bytes: text, lines: markedLines } = dropInnerMarks(decoded.bytes);
  if (text.length > MOST_BYTES)
    return { kind: 'rejected', rejection: textTooLarge(text.length), isText: true };
  const layout = { prefersTab, declared: declared?.dialect ?? null };
  const isFound = declared === null || saysNoStructure(declared);
  const waiting = isFound ? [...cutSections(text, layout)] : [{ from: 0, to: text.length } as Section];
  const tables: LoadedTable[] = [];
  for (let section = waiting.shift(); section !== undefined; section = waiting.shift()) {
    const isFirst = section.from === 0;
    const read = await readSection(text, section, {
      ...layout,
      isGrowing: isGrowing && waiting.length === 0,
      schema: isFirst ? declared : null,
      collect: () => (isFirst ? fileDiagnostics(decoded, markedLines) : collectDiagnostics()),
      onProgress: (offset) => options.onProgress?.(offset / text.length),
    });
    if (read.turn !== -1 && isFound && beginsTable(text, section, read.turn, layout)) {
      waiting.unshift({ from: section.from, to: read.turn }, { from: read.turn, to: section.to });
      continue;
    }
    if (read.openQuote !== -1 && previous.length > 0) return rejectOpenQuote(text, read.openQuote);
    const { table, dialect, diagnostics } = read;
    const file: FileFacts = Object.freeze({
      bytes: bytes.length,
      modified: options.modified,
      encoding: decoded.encoding,
      encodingConfidence: decoded.confidence,
      encodingEvidence: decoded.evidence,
      dialect,
      ...(isFirst && declared !== null ? declaredFacts(declared) : {}),
      diagnostics: diagnostics.list(),
      diagnosticCount: diagnostics.count(),
    });
    tables.push(Object.freeze({ table, file, diff: diffFrom(previous[tables.length], table) }));
  }
  return { kind: 'loaded', tables: Object.freeze(tables) };
}

/** Whether a declaration leaves it to the file which records and fields there are. */
function saysNoStructure({
  dialect,
  fields,
  missingValues,
  primaryKey,
  uniqueKeys,
  foreignKeys,
}: Declaration): boolean {
  const keys = uniqueKeys.length + foreignKeys.length;
  return dialect === null && fields === null && missingValues === null && primaryKey === null && keys === 0;
}

/** What a declaration says of the whole of its table. */
function declaredFacts(
  declared: Declaration,
): Pick<FileFacts, 'declaration' | 'title' | 'description' | 'declaredSchema'> {
  const { origin, title, description } = declared;
  const { fields, fieldsMatch, missingValues, missingLabels, primaryKey, uniqueKeys, foreignKeys } = declared;
  return {
    declaration: origin,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    declaredSchema: {
      fields,
      fieldsMatch,
      missingValues,
      ...(missingLabels === undefined ? {} : { missingLabels }),
      primaryKey,
      uniqueKeys,
      foreignKeys,
    },
  };
}

function diffFrom(previous: Table | undefined, table: Table): TableDiff | null {
  return previous === undefined || previous.version === table.version ? null : diffTables(previous, table);
}

function fileDiagnostics(decoded: Decoded & { kind: 'text' }, markedLines: readonly number[]): Diagnostics {
  const diagnostics = collectDiagnostics();
  const message = 'The file is empty: the table has no fields and no rows.';
  if (decoded.bytes.length === 0) diagnostics.add(() => ({ line: 1, code: 'empty-file', message }));
  for (const byte of decoded.invalid) diagnostics.add(() => describeInvalid(byte, decoded.encoding));
  diagnostics.more(decoded.invalidCount - decoded.invalid.length);
  const marked =
    'The line begins with a byte order mark, as files have it that were put together: it is left out.';
  for (const line of markedLines) diagnostics.add(() => ({ line, code: 'byte-order-mark', message: marked }));
  return diagnostics;
}

function rejectOpenQuote(text: Buffer, offset: number): Loaded {
  const line = lineCounter(text)(offset);
  const reason = `The file ends inside a quoted cell: the quote that opens on line ${line} is never closed. Close it, or write it twice where it is part of the text.`;
  return { kind: 'rejected', rejection: { code: 'unclosed-quote', reason, line }, isText: true };
}
