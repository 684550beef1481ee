// Names of tables → the paths that claim them: who has a name, who waits for it, who must be read again for it.

import { isPartName } from './served.ts';
import type { TableFile } from './table-files.ts';
import { MISSING_GRACE, type Tracked, track, unsettle } from './tracked.ts';

export type Roster = Readonly<{
  /** Whether a file has a name. */
  has: (name: string) => boolean;
  get: (name: string) => Tracked | undefined;
  all: () => Iterable<Tracked>;
  /**
   * The path that has a file's name, which is that of the file: it takes the name over from another one.
   * @returns null while the name is kept for a file that has just vanished
   */
  claim: (file: TableFile, now: number) => Tracked | null;
  drop: (tracked: Tracked) => void;
}>;

/** @param isShadowed whether a stacked table of a path is not served because a file has its name */
export function createRoster(isShadowed: (path: string, name: string) => boolean): Roster {
  const byName = new Map<string, Tracked>();
  /** Has the files read again that have, or would have, a stacked table of a name that came or went. */
  const passOn = (name: string) => {
    if (!isPartName(name)) return;
    for (const tracked of byName.values())
      if (tracked.parts.includes(name) || isShadowed(tracked.path, name)) unsettle(tracked);
  };

  return Object.freeze({
    has: (name: string) => byName.has(name),
    get: (name: string) => byName.get(name),
    all: () => byName.values(),
    claim(file: TableFile, now: number) {
      const known = byName.get(file.name);
      if (known?.path === file.path) return known;
      if (known !== undefined && file.path > known.path) {
        known.missingSince ??= now;
        if (now - known.missingSince < MISSING_GRACE) return null;
      }
      const tracked = track(file, now);
      byName.set(file.name, tracked);
      passOn(file.name);
      return tracked;
    },
    drop({ name }: Tracked) {
      byName.delete(name);
      passOn(name);
    },
  });
}
