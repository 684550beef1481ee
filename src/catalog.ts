// The one mutable cell: which tables there are at this moment. It swaps first, then tells what changed.

import { diffTables, type TableDiff } from './table/diff.ts';
import type { FileFacts, RejectedFile, Rejection } from './table/file-facts.ts';
import type { Table } from './table/table.ts';

/**
 * A table's place in the catalog. `ok`: what is served is what is on disk. `stale`: the file cannot be read now, the
 * last good table is served. `error`: it never could be read; there is no table.
 */
export type Entry = Readonly<
  { name: string; path: string } & (
    | { state: 'ok'; table: Table; position: string; file: FileFacts; rejection: null }
    | { state: 'stale'; table: Table; position: string; file: FileFacts; rejection: Rejection }
    | { state: 'error'; table: null; position: null; file: null; rejection: Rejection }
  )
>;

/** Everything that there is at one moment. Tables stand in the order of their names' code units. */
export type Snapshot = Readonly<{
  tables: ReadonlyMap<string, Entry>;
  rejected: readonly RejectedFile[];
  /** Differs from that of every other moment, also of earlier runs: fit for an ETag. */
  tag: string;
  /** Whether every file that was there at the start has been looked at. */
  isScanned: boolean;
}>;

/** What was found out about a file. */
export type Outcome =
  /** It was read; `diff` stands between the table that the catalog has now and this one, where the reader made it. */
  | Readonly<{ kind: 'loaded'; name: string; path: string; table: Table; file: FileFacts; diff?: TableDiff }>
  /** It is a table's file, and cannot be read now. */
  | Readonly<{ kind: 'rejected'; name: string; path: string; rejection: Rejection }>
  /** It is gone, or no table's file any more. */
  | Readonly<{ kind: 'removed'; name: string }>;

/** What a swap changed, in the order in which it is to be told. */
export type Change =
  | Readonly<{ kind: 'added'; entry: Entry & { table: Table } }>
  | Readonly<{
      kind: 'changed';
      entry: Entry & { table: Table };
      previous: Entry & { table: Table };
      diff: TableDiff;
    }>
  | Readonly<{ kind: 'removed'; previous: Entry; position: string }>
  | Readonly<{ kind: 'rejected'; entry: Readonly<{ name: string; path: string }>; rejection: Rejection }>
  /** `entry` is the last good one: if the rows differ now, a `changed` follows. */
  | Readonly<{ kind: 'recovered'; entry: Entry & { table: Table } }>;

export type Listener = (change: Change, snapshot: Snapshot) => void;

export type Catalog = Readonly<{
  /** The present moment, frozen: take it once per request and pass it down. */
  current: () => Snapshot;
  /**
   * Swaps in what was found out about some files, then publishes the changes. Many files cost one swap if they come
   * together: the snapshot is copied for each swap.
   */
  apply: (...outcomes: readonly Outcome[]) => void;
  /** Swaps in the list of files that serve no table, and publishes those that are new there. */
  reject: (files: readonly RejectedFile[]) => void;
  /** Says that every file has been looked at. */
  markScanned: () => void;
  /** Calls `listener` after every swap that changed something. @returns the function that ends it */
  subscribe: (listener: Listener) => () => void;
}>;

/** Stands for a version in the position of a table that is gone: what comes back under its name is read anew. */
const GONE = 'gone';

/** @param epoch names this run of the server: no other run has the same */
export function createCatalog(epoch: string): Catalog {
  let sequence = 0;
  let snapshot: Snapshot = Object.freeze({
    tables: new Map(),
    rejected: Object.freeze([]),
    tag: `${epoch}-0`,
    isScanned: false,
  });
  let swaps = 0;
  const listeners = new Set<Listener>();

  const swap = (parts: Partial<Snapshot>, changes: readonly Change[] = []) => {
    swaps++;
    snapshot = Object.freeze({ ...snapshot, ...parts, tag: `${epoch}-${swaps}` });
    for (const change of changes) for (const listener of listeners) listener(change, snapshot);
  };
  const nextPosition = (version: string) => `${epoch}.${++sequence}.${version}`;
  const load: Step<'loaded'> = (tables, outcome) => {
    const { name, path, table, file } = outcome;
    const previous = tables.get(name);
    const isSame = previous?.table?.version === table.version;
    const position = isSame ? (previous as Entry & { table: Table }).position : nextPosition(table.version);
    // What is said of a table for people may be other where its version is the same.
    const isAlike = isSame && JSON.stringify(previous?.table?.schema) === JSON.stringify(table.schema);
    const kept = isAlike ? (previous as Entry & { table: Table }).table : table;
    const entry = Object.freeze({
      name,
      path,
      state: 'ok',
      table: kept,
      position,
      file,
      rejection: null,
    } as const);
    const changes: Change[] = [];
    if (previous === undefined || previous.table === null) changes.push({ kind: 'added', entry });
    else {
      if (previous.state === 'stale') changes.push({ kind: 'recovered', entry: previous });
      if (!isSame) {
        const isForThese =
          outcome.diff?.previous === previous.table.version && outcome.diff.version === table.version;
        const diff = isForThese ? (outcome.diff as TableDiff) : diffTables(previous.table, table);
        changes.push({ kind: 'changed', entry, previous, diff });
      }
    }
    tables.set(name, entry);
    return changes;
  };

  const turnBad: Step<'rejected'> = (tables, { name, path, rejection }) => {
    const previous = tables.get(name);
    if (previous?.path === path && JSON.stringify(previous.rejection) === JSON.stringify(rejection))
      return null;
    const entry: Entry = Object.freeze(
      previous?.table
        ? { ...previous, path, state: 'stale', rejection }
        : { name, path, state: 'error', table: null, position: null, file: null, rejection },
    );
    const isTold = previous?.rejection?.code === rejection.code && previous.rejection.line === rejection.line;
    tables.set(name, entry);
    return isTold ? [] : [{ kind: 'rejected', entry, rejection }];
  };

  const remove: Step<'removed'> = (tables, { name }) => {
    const previous = tables.get(name);
    if (previous === undefined) return null;
    tables.delete(name);
    if (previous.table === null) return [];
    return [{ kind: 'removed', previous, position: nextPosition(GONE) }];
  };

  const take = (tables: Map<string, Entry>, outcome: Outcome): readonly Change[] | null => {
    switch (outcome.kind) {
      case 'loaded':
        return load(tables, outcome);
      case 'rejected':
        return turnBad(tables, outcome);
      case 'removed':
        return remove(tables, outcome);
    }
  };

  return Object.freeze({
    current: () => snapshot,
    apply(...outcomes: readonly Outcome[]) {
      const tables = new Map(snapshot.tables);
      const known = tables.size;
      const changes = outcomes.map((outcome) => take(tables, outcome));
      if (changes.every((change) => change === null)) return;
      const isSorted = tables.size <= known && outcomes.every(({ name }) => snapshot.tables.has(name));
      swap(
        { tables: isSorted ? tables : sortByName(tables) },
        changes.flatMap((change) => change ?? []),
      );
    },
    reject(files: readonly RejectedFile[]) {
      const known = new Set(snapshot.rejected.map((file) => JSON.stringify(file)));
      const fresh = files.filter((file) => !known.has(JSON.stringify(file)));
      if (fresh.length === 0 && files.length === snapshot.rejected.length) return;
      // A collision is about a name that another file serves, and what is declared and missing was never there.
      const told = fresh.filter(({ code }) => code !== 'name-collision' && code !== 'missing-file');
      const changes = told.map(
        ({ path, name, ...rejection }): Change => ({ kind: 'rejected', entry: { name, path }, rejection }),
      );
      swap({ rejected: Object.freeze([...files]) }, changes);
    },
    markScanned() {
      if (!snapshot.isScanned) swap({ isScanned: true });
    },
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
}

/** Puts what was found out about one file among the tables. @returns null where nothing is different */
type Step<Kind extends Outcome['kind']> = (
  tables: Map<string, Entry>,
  outcome: Outcome & { kind: Kind },
) => readonly Change[] | null;

function sortByName(tables: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  return new Map([...tables].sort(([a], [b]) => (a < b ? -1 : 1)));
}
