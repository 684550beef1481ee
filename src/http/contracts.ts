// What the HTTP side asks of the contracts: who answers a path, and what they report.

import type { Readable } from 'node:stream';
import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';

/** How a contract document fares. */
export type ContractReport = Readonly<{ path: string; state: string; problems: readonly string[] }>;

/** A contract's answer; its body is made only when it is sent. */
export type ContractAnswer =
  | Readonly<{
      kind: 'json';
      status: number;
      versions: readonly string[];
      operation: string;
      body: () => string | Buffer | Readable;
    }>
  | Readonly<{ kind: 'problem'; problem: Problem; allow?: readonly string[] }>;

/** Paths are raw URL paths, still percent-encoded. */
export type Contracts = Readonly<{
  /** Changes whenever a document does. */
  tag: () => string;
  reports: (snapshot: Snapshot) => readonly ContractReport[];
  /** null where no operation answers now. */
  answer: (method: string, path: string, snapshot: Snapshot) => ContractAnswer | null;
  /** The methods that operations take on a path now, or null. */
  allow: (path: string, snapshot: Snapshot) => readonly string[] | null;
  /** The tables whose URL an operation answers instead, with the operation's path. */
  shadowed: (snapshot: Snapshot) => ReadonlyMap<string, string>;
}>;
