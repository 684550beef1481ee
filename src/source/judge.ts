// What reading a file gave → what the catalog is told, and what is remembered of the path.

import type { Catalog, Outcome } from '../catalog.ts';
import type { RejectedFile, Rejection } from '../table/file-facts.ts';
import type { LoadReply } from './load-worker.ts';
import { awaitsLineEnd, retryLater, type Tracked } from './tracked.ts';

export type Judge = Readonly<{
  /** @param isGrowing whether only the complete lines of a file that somebody still writes were read */
  accept: (tracked: Tracked, reply: LoadReply, isGrowing: boolean) => void;
  /** A file cannot be read: its last good table stays. @param isTable whether it is a table's file at all */
  turnBad: (tracked: Tracked, rejection: Rejection, isTable: boolean) => void;
  /** A file is gone. */
  remove: (name: string) => void;
  /** Tells the catalog at once what was gathered. */
  flush: () => void;
  /** Files that turned out to be no table. */
  noTables: () => Iterable<RejectedFile>;
  isNoTable: (path: string) => boolean;
  /** Forgets files that are no longer there. */
  forget: (isThere: (path: string, name: string) => boolean) => void;
}>;

export function createJudge(catalog: Catalog): Judge {
  const noTables = new Map<string, RejectedFile>();
  const gathered = new Map<string, Outcome>();

  const flush = () => {
    const outcomes = [...gathered.values()];
    gathered.clear();
    if (outcomes.length > 0) catalog.apply(...outcomes);
  };
  /** Outcomes of one turn of the event loop are told together, those of one name one after the other. */
  const tell = (outcome: Outcome) => {
    if (gathered.has(outcome.name)) flush();
    if (gathered.size === 0) setImmediate(flush);
    gathered.set(outcome.name, outcome);
  };

  const turnBad = ({ name, path }: Tracked, rejection: Rejection, isTable: boolean): void => {
    const entry = catalog.current().tables.get(name);
    if (isTable || entry?.table != null) {
      noTables.delete(path);
      tell({ kind: 'rejected', name, path, rejection });
      return;
    }
    if (entry !== undefined) tell({ kind: 'removed', name });
    noTables.set(path, Object.freeze({ path, name, ...rejection }));
  };

  const serve = (tracked: Tracked, reply: LoadReply & { kind: 'loaded' }, isGrowing: boolean): void => {
    const { name, path } = tracked;
    const { table, file, diff } = reply;
    noTables.delete(path);
    tell({ kind: 'loaded', name, path, table, file, ...(diff === null ? {} : { diff }) });
    tracked.settled = isGrowing ? null : reply.signature;
    tracked.digest = isGrowing ? null : reply.digest;
    tracked.hadFinalBreak = !reply.isOpenEnded;
    if (isGrowing) tracked.unsettledSince = Date.now();
  };

  return {
    accept(tracked, reply, isGrowing) {
      switch (reply.kind) {
        case 'moved':
        case 'missing':
          return;
        case 'unreadable':
          tracked.settled = tracked.seen;
          retryLater(tracked, Date.now());
          return turnBad(tracked, reply.rejection, true);
        case 'unchanged':
          tracked.settled = reply.signature;
          return;
        case 'rejected':
          tracked.settled = reply.signature;
          tracked.digest = null;
          return turnBad(tracked, reply.rejection, reply.isText);
        case 'loaded':
          if (!awaitsLineEnd(tracked, reply.isOpenEnded, Date.now())) serve(tracked, reply, isGrowing);
      }
    },
    turnBad,
    remove: (name) => tell({ kind: 'removed', name }),
    flush,
    noTables: () => noTables.values(),
    isNoTable: (path) => noTables.has(path),
    forget(isThere) {
      for (const { path, name } of noTables.values()) if (!isThere(path, name)) noTables.delete(path);
    },
  };
}
