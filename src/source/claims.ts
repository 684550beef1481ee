// Files of one listing → which of them serve a table, where several claim one name.

import type { RejectedFile } from '../table/file-facts.ts';
import type { TableFile } from './table-files.ts';

export type Claims = Readonly<{ serving: readonly TableFile[]; rejected: readonly RejectedFile[] }>;

/** The first path by code units serves a name; the others are rejected. */
export function settleClaims(files: readonly TableFile[]): Claims {
  const byName = new Map<string, TableFile>();
  const rejected: RejectedFile[] = [];
  for (const file of files) {
    const first = byName.get(file.name);
    if (first === undefined) byName.set(file.name, file);
    else {
      const reason = `Its table would be called ${JSON.stringify(file.name)}, which ${first.path} is called already. Rename one of them.`;
      rejected.push(Object.freeze({ path: file.path, name: file.name, code: 'name-collision', reason }));
    }
  }
  return { serving: [...byName.values()], rejected };
}
