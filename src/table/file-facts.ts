// What is known of the file behind a table: how it is written, what was odd about it, why it cannot be read.

/** How a file is written (Table Dialect words), and what showed it. */
export type Dialect = Readonly<{
  delimiter: string;
  quoteChar: string;
  header: boolean;
  lineTerminator: string;
  evidence: string;
}>;

/** A departure from the rules that was read all the same. Lines and columns count from 1. */
export type Diagnostic = Readonly<{ line: number; column?: number; code: string; message: string }>;

/** What is known of the bytes behind a table. `modified` is an RFC 3339 time. */
export type FileFacts = Readonly<{
  bytes: number;
  modified: string;
  encoding: string;
  dialect: Dialect;
  /** The first ones, in line order. */
  diagnostics: readonly Diagnostic[];
  /** How many there are in all. */
  diagnosticCount: number;
}>;

/** Why a file cannot be read. `line` counts from 1. */
export type Rejection = Readonly<{ code: string; reason: string; line?: number }>;

/** A file that serves no table; `path` is relative to the data folder, `name` what its table would be called. */
export type RejectedFile = Readonly<{ path: string; name: string } & Rejection>;
