// What is known of the file behind a table: how it is written, what was odd about it, why it cannot be read.

import type { DeclaredSchema } from './declared/declared-field.ts';

/** How a file is written (Table Dialect words), and what showed it. */
export type Dialect = Readonly<{
  /** `,`, `;`, a tab, `|`, `:`, a blank, or what was declared. */
  delimiter: string;
  /** `"`, `'`, or null where no quote opens a cell. */
  quoteChar: string | null;
  /** Whether a doubled quote in a quoted cell is one quote; false where quotes are escaped. */
  doubleQuote: boolean;
  /** Stands before a quote that is part of a quoted cell. */
  escapeChar?: string;
  /** Blanks behind a delimiter are no part of the cell. */
  skipInitialSpace?: true;
  /** Lines that begin with it are no rows. */
  commentChar?: string;
  header: boolean;
  /** The lines of the header, from 1, where it is not just the first record. Their names are joined with a blank. */
  headerRows?: readonly number[];
  lineTerminator: string;
  /** The lines above the header, as they stand. */
  preamble?: readonly string[];
  /** The cells of the totals line that is left out. */
  totals?: readonly (string | null)[];
  /** What the choice rests on, in sentences for a person. */
  evidence: string;
}>;

/** A departure from the rules that was read all the same. Lines and columns count from 1. */
export type Diagnostic = Readonly<{
  line: number;
  column?: number;
  /** The field's name, where a cell breaks what was declared of it. */
  field?: string;
  code: string;
  message: string;
}>;

/** What is known of the bytes behind a table. `modified` is an RFC 3339 time. */
export type FileFacts = Readonly<{
  bytes: number;
  modified: string;
  /** The encoding's name in the Encoding Standard (`windows-1252`), how sure it is (0 to 1), and why, in words. */
  encoding: string;
  encodingConfidence: number;
  encodingEvidence: string;
  dialect: Dialect;
  /** The file that declares something about this one, relative to the data folder. */
  declaration?: string;
  /** What the declaration says of the whole table. */
  title?: string;
  description?: string;
  /** What it says of the fields and keys, as it was written: also what a table has no word for. */
  declaredSchema?: DeclaredSchema;
  /** The first ones, in line order. */
  diagnostics: readonly Diagnostic[];
  /** How many there are in all. */
  diagnosticCount: number;
}>;

/** Why a file cannot be read. `line` counts from 1. */
export type Rejection = Readonly<{ code: string; reason: string; line?: number }>;

/** A file that serves no table; `path` is relative to the data folder, `name` what its table would be called. */
export type RejectedFile = Readonly<{ path: string; name: string } & Rejection>;
