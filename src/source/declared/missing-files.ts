// What is declared, and what a folder holds → the files that are declared and are not there.

import type { RejectedFile } from '../../table/file-facts.ts';
import { type Listing, tableName } from '../table-files.ts';
import type { Declaration } from './declaration.ts';

/** So many are told: a package may declare many more than a person can look through. */
const MOST_TOLD = 1000;

/** @param isServed whether a table of a name is served: its file may come back */
export function missingFiles(
  declared: ReadonlyMap<string, Declaration>,
  { files, rejected, closed }: Pick<Listing, 'files' | 'rejected' | 'closed'>,
  isServed: (name: string) => boolean,
): readonly RejectedFile[] {
  if (declared.size === 0) return [];
  const there = new Set([...files, ...rejected].map(({ path }) => path.normalize('NFC')));
  const isHidden = (path: string) => closed.some((beginning) => path.startsWith(beginning));
  const missing: [string, Declaration][] = [];
  for (const [path, declaration] of declared) {
    if (there.has(path) || isHidden(path) || isServed(tableName(path))) continue;
    if (missing.push([path, declaration]) === MOST_TOLD) break;
  }
  if (missing.length === 0) return [];
  const alike = new Map([...there].map((path) => [path.toLowerCase(), path]));
  return missing.map(([path, { origin }]) => {
    const other = alike.get(path.toLowerCase());
    const advice =
      other === undefined
        ? 'Put the file there, or correct its name in the declaration.'
        : `There is ${other}: upper and lower case are to be the same.`;
    const reason = `${origin} declares it, and there is no such file. ${advice}`;
    return Object.freeze({ path, name: tableName(path), code: 'missing-file', reason });
  });
}
