// A data folder → the files in it that should be tables, each with what tells that it changed, and those that cannot.

import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RejectedFile } from '../table/file-facts.ts';

/** What tells one content of a path from another without reading it. Times are in nanoseconds. */
export type Signature = Readonly<{ inode: string; size: number; modified: bigint; changed: bigint }>;

/** A regular file that should be a table; `path` is relative to the folder, with `/` between its parts. */
export type TableFile = Readonly<{ path: string; name: string; signature: Signature }>;

/** A file that may declare something about tables. */
export type ListedFile = Readonly<Pick<TableFile, 'path' | 'signature'>>;

/** What a folder holds; the lists are in the order of the paths' code units. */
export type Listing = Readonly<{
  files: readonly TableFile[];
  /** Every `*.json`. */
  jsonFiles: readonly ListedFile[];
  rejected: readonly RejectedFile[];
  /** Beginnings of paths that cannot be looked at now: folders end in `/` (the data folder itself is `''`). */
  closed: readonly string[];
}>;

/** Folders deeper than this below the data folder are not looked into. */
const MOST_DEPTH = 32;

const EXTENSION = /\.(?:csv|tsv)$/i;
const JSON_EXTENSION = /\.json$/i;

/** Whether a file's name says that it should be a table: not hidden, no editor's copy, `.csv` or `.tsv`. */
export function isTableFileName(name: string): boolean {
  return EXTENSION.test(name) && isVisible(name);
}

function isVisible(name: string): boolean {
  return !/^(?:\.|~\$|#)/.test(name) && !/(?:~|\.tmp)$/i.test(name);
}

/** The name of the table that a file serves: `2024/sales.csv` → `2024.sales`, in NFC. */
export function tableName(path: string): string {
  return path.replace(EXTENSION, '').split('/').join('.').normalize('NFC');
}

/** The signature in a file's status. */
export function signatureOf(status: BigIntStats): Signature {
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return Object.freeze({ inode: `${dev}:${ino}`, size: Number(size), modified: mtimeNs, changed: ctimeNs });
}

/** Whether two signatures are those of one content. */
export function sameSignature(a: Signature, b: Signature): boolean {
  return a.inode === b.inode && a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}

/**
 * Lists a folder. A folder that is missing or cannot be read has no files.
 * @param folder an absolute path
 */
export async function listTableFiles(folder: string): Promise<Listing> {
  const files: TableFile[] = [];
  const jsonFiles: ListedFile[] = [];
  const rejected: RejectedFile[] = [];
  const closed: string[] = [];
  const root = await realpath(folder).catch(() => null);
  if (root === null) return { files, jsonFiles, rejected, closed };

  const reject = (path: string, code: string, reason: string) => {
    rejected.push(Object.freeze({ path, name: tableName(path), code, reason }));
  };

  const visit = async (
    path: string,
    name: string,
    isLink: boolean,
    parents: readonly string[],
  ): Promise<void> => {
    const full = join(root, path);
    const isNamedTable = isTableFileName(name);
    let status: BigIntStats;
    try {
      if (isLink) {
        const target = await realpath(full);
        if (target !== root && !target.startsWith(root + sep)) {
          if (isNamedTable)
            reject(
              path,
              'outside-folder',
              'It is a symbolic link to a place outside the data folder. Copy the file into the folder.',
            );
          return;
        }
      }
      status = await stat(full, { bigint: true });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // It is there, and cannot be looked at: what was served of it stays.
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') closed.push(path);
      if (isNamedTable) rejectUnreachable(path, isLink, code, reject);
      return;
    }
    if (status.isDirectory()) {
      if (isNamedTable)
        reject(path, 'not-a-file', 'It is a folder, not a file. The files in it are tables of their own.');
      const identity = `${status.dev}:${status.ino}`;
      if (parents.includes(identity) || parents.length > MOST_DEPTH) return;
      await visitFolder(path, [...parents, identity]);
    } else if (isNamedTable && status.isFile()) {
      files.push(Object.freeze({ path, name: tableName(path), signature: signatureOf(status) }));
    } else if (status.isFile() && JSON_EXTENSION.test(name)) {
      jsonFiles.push(Object.freeze({ path, signature: signatureOf(status) }));
    } else if (isNamedTable) {
      reject(path, 'not-a-file', `It is ${kindOf(status)}, not a regular file.`);
    }
  };

  const visitFolder = async (path: string, parents: readonly string[]): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') closed.push(path === '' ? '' : `${path}/`);
        return [];
      },
    );
    await Promise.all(
      entries.map((entry) => {
        const below = path === '' ? entry.name : `${path}/${entry.name}`;
        const isNamedFile = isTableFileName(entry.name) || JSON_EXTENSION.test(entry.name);
        const isOfInterest = entry.isDirectory() || entry.isSymbolicLink() || isNamedFile;
        return isOfInterest && isVisible(entry.name)
          ? visit(below, entry.name, entry.isSymbolicLink(), parents)
          : undefined;
      }),
    );
  };

  const status = await stat(root, { bigint: true }).catch(() => null);
  if (status === null) return { files, jsonFiles, rejected, closed };
  await visitFolder('', [`${status.dev}:${status.ino}`]);
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return {
    files: files.sort(byPath),
    jsonFiles: jsonFiles.sort(byPath),
    rejected: rejected.sort(byPath),
    closed,
  };
}

type Reject = (path: string, code: string, reason: string) => void;

function rejectUnreachable(path: string, isLink: boolean, code: string | undefined, reject: Reject): void {
  if (code === 'ELOOP') reject(path, 'not-a-file', 'It is a symbolic link that leads back to itself.');
  else if (code === 'ENOENT' && isLink)
    reject(path, 'not-a-file', 'It is a symbolic link to a file that does not exist.');
  else if (code !== 'ENOENT')
    reject(path, 'unreadable', `The system does not let it be looked at (${code}).`);
}

function kindOf(status: BigIntStats): string {
  if (status.isFIFO()) return 'a named pipe';
  if (status.isSocket()) return 'a socket';
  return status.isCharacterDevice() || status.isBlockDevice() ? 'a device' : 'something else';
}
