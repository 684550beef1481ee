// The data folder → the catalog: on every hint, what is on disk is compared with what is served, and read when due.

import { join } from 'node:path';
import type { Catalog } from '../catalog.ts';
import type { RejectedFile } from '../table/file-facts.ts';
import { settleClaims } from './claims.ts';
import { createDeclarations } from './declared/declarations.ts';
import { createJudge } from './judge.ts';
import { createLoader } from './loader.ts';
import { MOST_BYTES, tooLarge } from './read.ts';
import { createRoster } from './roster.ts';
import { isServedWhole, previousTables } from './served.ts';
import { listTableFiles, sameSignature, type TableFile } from './table-files.ts';
import { beginReading, dueTime, MISSING_GRACE, observe, type Tracked, unsettle } from './tracked.ts';
import { watchFolder } from './watch-folder.ts';

export type Ingest = Readonly<{
  /** Resolves when every file that was there at the start has been read or rejected. */
  whenScanned: Promise<void>;
  close: () => Promise<void>;
}>;

/** A look at everything is left out while the last one took more than this share of the time since. */
const LOOKING_SHARE = 0.1;

export type IngestOptions = Readonly<{
  /** An absolute path; the folder may be missing, and may come and go. */
  folder: string;
  catalog: Catalog;
  /** Larger files are refused. */
  mostBytes?: number;
  /** Is told of large files how much has been read, from 0 to 1; null: the load has ended. */
  onProgress?: (progress: Readonly<{ path: string; bytes: number; share: number | null }>) => void;
}>;

/** Keeps the catalog at what is on disk. */
export function startIngest(options: IngestOptions): Ingest {
  const { folder, catalog, onProgress = () => {} } = options;
  const mostBytes = Math.min(options.mostBytes ?? MOST_BYTES, MOST_BYTES);
  const loader = createLoader();
  const declarations = createDeclarations(folder);
  const judge = createJudge(catalog, (name) => roster.has(name));
  const roster = createRoster(judge.isShadowed);
  let wake: NodeJS.Timeout | null = null;
  let isClosed = false;
  let looking: Promise<void> | null = null;
  let isAsked = false;
  let lookedAt = 0;
  let lookTook = 0;
  let isFirst = true;
  let sayScanned: () => void;
  const whenScanned = new Promise<void>((resolve) => {
    sayScanned = resolve;
  });

  /** Looks at everything. @returns when all has been looked at that there was when it was called */
  const look = (): Promise<void> => {
    isAsked = true;
    looking ??= lookWhileAsked().finally(() => {
      looking = null;
    });
    return looking;
  };

  const lookWhileAsked = async (): Promise<void> => {
    while (isAsked && !isClosed) {
      isAsked = false;
      const began = performance.now();
      const listing = await listTableFiles(folder);
      if (isClosed) return;
      await declarations.update(listing);
      if (isClosed) return;
      const claims = settleClaims(listing.files);
      const loads = reconcile(claims.serving, listing.closed);
      judge.flush();
      const rejected = [
        ...listing.rejected.filter(isNotTracked),
        ...claims.rejected,
        ...judge.noTables(),
        ...declarations.rejected(roster.has),
      ];
      catalog.reject(rejected.sort((a, b) => (a.path < b.path ? -1 : 1)));
      lookedAt = performance.now();
      lookTook = lookedAt - began;
      if (isFirst) finishScan(loads);
    }
  };

  const finishScan = async (loads: readonly Promise<void>[]) => {
    isFirst = false;
    await Promise.all(loads);
    judge.flush();
    // Files that turned out to be no tables are listed by another look.
    await look();
    if (!isClosed) catalog.markScanned();
    sayScanned();
  };

  /** Compares a listing with what is tracked, and starts to read what is due. */
  const reconcile = (serving: readonly TableFile[], closed: readonly string[]): Promise<void>[] => {
    const now = Date.now();
    const loads: Promise<void>[] = [];
    let next = Number.POSITIVE_INFINITY;
    const listed = new Set<string>();
    for (const file of serving) {
      listed.add(file.name);
      const tracked = roster.claim(file, now);
      if (tracked === null) {
        next = Math.min(next, now + MISSING_GRACE);
        continue;
      }
      if (tracked.declared !== (declarations.of(file.path)?.identity ?? null)) unsettle(tracked);
      observe(tracked, file.signature, now);
      const due = isFirst ? { at: now, isGrowing: false } : dueTime(tracked, isServed(tracked));
      if (due === null || tracked.isLoading) continue;
      if (due.at <= now) loads.push(read(tracked, due.isGrowing));
      else next = Math.min(next, due.at);
    }
    for (const tracked of roster.all()) {
      if (!listed.has(tracked.name)) next = Math.min(next, miss(tracked, closed, now));
    }
    judge.forget((path, name) => roster.get(name)?.path === path);
    if (next !== Number.POSITIVE_INFINITY) wakeAt(next, now);
    return loads;
  };

  /** A table's file that cannot be looked at now is stale, not rejected. */
  const isNotTracked = ({ name, path }: RejectedFile) => roster.get(name)?.path !== path;

  const isServed = ({ name, path }: Tracked) => {
    const entry = catalog.current().tables.get(name);
    return entry?.table != null && entry.path === path;
  };

  /** A file is not there. @returns when to look again */
  const miss = (tracked: Tracked, closed: readonly string[], now: number): number => {
    if (closed.some((folder) => tracked.path.startsWith(folder))) {
      const reason =
        'Rowcast may not look into the folder. Give it permission to read and to enter it (chmod +rx).';
      judge.turnBad(tracked, { code: 'unreadable', reason }, true);
      tracked.settled = null;
      return Number.POSITIVE_INFINITY;
    }
    tracked.missingSince ??= now;
    if (now - tracked.missingSince < MISSING_GRACE) return tracked.missingSince + MISSING_GRACE;
    judge.remove(tracked);
    roster.drop(tracked);
    return Number.POSITIVE_INFINITY;
  };

  const wakeAt = (time: number, now: number) => {
    if (wake !== null) clearTimeout(wake);
    wake = setTimeout(look, Math.max(time - now, 5));
  };

  const read = async (tracked: Tracked, isGrowing: boolean): Promise<void> => {
    const { size } = tracked.seen;
    if (size > mostBytes) {
      tracked.settled = tracked.seen;
      judge.turnBad(tracked, tooLarge(size, mostBytes), true);
      return;
    }
    beginReading(tracked, isFirst);
    const { path, name, digest } = tracked;
    const snapshot = catalog.current();
    const declared = declarations.of(path);
    tracked.declared = declared?.identity ?? null;
    const request = {
      path: join(folder, path),
      previous: previousTables(snapshot, tracked),
      knownDigest: isServedWhole(snapshot, tracked) ? digest : null,
      isGrowing,
      declared,
    };
    const reply = await loader.load(request, size, (share) => onProgress({ path, bytes: size, share }));
    tracked.isLoading = false;
    if (isClosed) return;
    if (roster.get(name) === tracked) judge.accept(tracked, reply, isGrowing);
    const isDone =
      tracked.settled !== null && sameSignature(tracked.settled, tracked.seen) && !judge.isNoTable(path);
    if (!isDone) look();
  };

  const watching = watchFolder(folder, (path) => {
    const isTooSoon = path === null && lookTook > (performance.now() - lookedAt) * LOOKING_SHARE;
    if (!isTooSoon) look();
  });
  look();

  return {
    whenScanned,
    async close() {
      isClosed = true;
      if (wake !== null) clearTimeout(wake);
      sayScanned();
      await Promise.all([watching.close(), loader.close()]);
    },
  };
}
