// What reading a file gave → what the catalog is told, and what is remembered of the path.

import type { Catalog, Outcome } from '../catalog.ts';
import type { RejectedFile, Rejection } from '../table/file-facts.ts';
import type { LoadReply } from './load-worker.ts';
import { partName } from './served.ts';
import { tableName } from './table-files.ts';
import { awaitsLineEnd, retryLater, type Tracked } from './tracked.ts';

export type Judge = Readonly<{
  /** @param isGrowing whether only the complete lines of a file that somebody still writes were read */
  accept: (tracked: Tracked, reply: LoadReply, isGrowing: boolean) => void;
  /** A file cannot be read: its last good table stays. @param isTable whether it is a table's file at all */
  turnBad: (tracked: Tracked, rejection: Rejection, isTable: boolean) => void;
  /** A file is gone, and its tables with it. */
  remove: (tracked: Tracked) => void;
  /** Tells the catalog at once what was gathered. */
  flush: () => void;
  /** Files that turned out to be no table, and stacked tables whose name another file has. */
  noTables: () => Iterable<RejectedFile>;
  isNoTable: (path: string) => boolean;
  /** Whether a table of a path is not served because another file has its name. */
  isShadowed: (path: string, name: string) => boolean;
  /** Forgets files that are no longer there. */
  forget: (isThere: (path: string, name: string) => boolean) => void;
}>;

/** @param isClaimed whether a name is that of a file, so that no stacked table may have it */
export function createJudge(catalog: Catalog, isClaimed: (name: string) => boolean): Judge {
  const noTables = new Map<string, RejectedFile>();
  const shadowed = new Map<string, readonly RejectedFile[]>();
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

  /** The stacked tables that the catalog has of a path. */
  const partsIn = ({ parts, path }: Tracked) =>
    parts.filter((name) => catalog.current().tables.get(name)?.path === path);

  const turnBad = (tracked: Tracked, rejection: Rejection, isTable: boolean): void => {
    const { name, path } = tracked;
    for (const part of partsIn(tracked)) tell({ kind: 'rejected', name: part, path, rejection });
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
    const names = reply.tables.map((_, index) => partName(name, index));
    const isFree = (part: string, index: number) => index === 0 || !isClaimed(part);
    const parts = names.filter((part, index) => index > 0 && isFree(part, index));
    noTables.delete(path);
    shadowed.delete(path);
    reply.tables.forEach(({ table, file, diff }, index) => {
      const own = names[index] as string;
      if (!isFree(own, index)) return;
      tell({ kind: 'loaded', name: own, path, table, file, ...(diff === null ? {} : { diff }) });
    });
    for (const part of partsIn(tracked)) if (!parts.includes(part)) tell({ kind: 'removed', name: part });
    const hidden = names.filter((part, index) => !isFree(part, index));
    if (hidden.length > 0)
      shadowed.set(
        path,
        hidden.map((part) => shadowedBy(path, part)),
      );
    tracked.parts = Object.freeze(parts);
    tracked.settled = isGrowing ? null : reply.signature;
    tracked.digest = isGrowing ? null : reply.digest;
    tracked.openSize = reply.isOpenEnded && !isGrowing ? reply.signature.size : null;
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
        case 'failed':
          // The same bytes would take as long again, and fail again.
          tracked.settled = tracked.seen;
          return turnBad(tracked, reply.rejection, true);
        case 'unchanged':
          tracked.settled = reply.signature;
          return;
        case 'rejected':
          if (reply.rejection.code === 'unclosed-quote' && awaitsLineEnd(tracked, true, Date.now())) return;
          tracked.settled = reply.signature;
          tracked.digest = null;
          return turnBad(tracked, reply.rejection, reply.isText);
        case 'loaded':
          if (isGrowing || !awaitsLineEnd(tracked, reply.isOpenEnded, Date.now()))
            serve(tracked, reply, isGrowing);
      }
    },
    turnBad,
    remove(tracked) {
      for (const part of partsIn(tracked)) tell({ kind: 'removed', name: part });
      tell({ kind: 'removed', name: tracked.name });
    },
    flush,
    noTables: () => [...noTables.values(), ...[...shadowed.values()].flat()],
    isNoTable: (path) => noTables.has(path),
    isShadowed: (path, name) => shadowed.get(path)?.some((file) => file.name === name) === true,
    forget(isThere) {
      for (const path of shadowed.keys()) if (!isThere(path, tableName(path))) shadowed.delete(path);
      for (const { path, name } of noTables.values()) if (!isThere(path, name)) noTables.delete(path);
    },
  };
}

function shadowedBy(path: string, name: string): RejectedFile {
  const reason = `A table below the first one of ${path} would be called ${JSON.stringify(name)}, as a file is already. Rename one of the files.`;
  return Object.freeze({ path, name, code: 'name-collision', reason });
}
