// The JSON files of a data folder → what they declare about its tables.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RejectedFile } from '../../table/file-facts.ts';
import type { ListedFile, Listing, Signature } from '../table-files.ts';
import { type Declaration, isDeclarationFileName, isOfFolder, PACKAGE_NAME } from './declaration.ts';
import { readDeclarationFile, referencesIn } from './declared-file.ts';
import { tellFaults, tellNotes } from './declared-words.ts';
import { missingFiles } from './missing-files.ts';

export type Declarations = Readonly<{
  /** Takes a listing; resolves when what its JSON files declare is known. */
  update: (listing: Listing) => Promise<void>;
  /** @param path of a table's file, relative to the data folder */
  of: (path: string) => Declaration | null;
  /**
   * Declaration files that are wrong, or of which a part is not followed, and files that are declared and not there.
   * @param isServed whether a table of a name is served
   */
  rejected: (isServed: (name: string) => boolean) => readonly RejectedFile[];
}>;

/** A file that is wrong may be half written: it is told when it has stood still for so long, in milliseconds. */
const REST = 100;
/** What a file that is gone declared stays in force for so long: it may come back. */
const MISSING_GRACE = 150;
const MOST_BYTES = 16 << 20;
const MOST_DEPTH = 100;

/** What is known of one declaration file. */
type Known = {
  /** The contents that it was made of: its own, and those of the files that it refers to. */
  seal: string;
  references: readonly string[];
  /** What it said when it was right the last time. */
  about: ReadonlyMap<string, Declaration>;
  rejected: RejectedFile | null;
  missingSince: number | null;
};

/** @param folder an absolute path */
export function createDeclarations(folder: string): Declarations {
  const known = new Map<string, Known>();
  let inForce: ReadonlyMap<string, Declaration> = new Map();
  let last: Pick<Listing, 'files' | 'rejected' | 'closed'> = { files: [], rejected: [], closed: [] };

  const look = async (file: ListedFile, files: ReadonlyMap<string, ListedFile>): Promise<void> => {
    const before = known.get(file.path);
    if (before !== undefined) {
      before.missingSince = null;
      if (before.seal === sealOf(file, before.references, files)) return;
    }
    const read = await readJson(folder, file);
    const references = read.kind === 'json' ? referencesIn(file.path, read.json) : [];
    const seal = sealOf(file, references, files);
    const contents = new Map<string, Content>();
    for (const path of references) {
      const there = files.get(path);
      contents.set(path, there === undefined ? MISSING : await readJson(folder, there));
    }
    const said = read.kind === 'json' ? readDeclarationFile(file.path, read.json, contents) : null;
    const rest = { seal, references, missingSince: null };
    if (said?.kind === 'understood') {
      const rejected =
        said.notes.length === 0
          ? null
          : rejection(file.path, 'unsupported-declaration', tellNotes(said.notes));
      known.set(file.path, { ...rest, about: said.about, rejected });
      return;
    }
    if (before !== undefined && Date.now() - writtenAt(file.signature) < REST) return;
    const reason = said === null ? (read as Content & { kind: 'bad' }).reason : tellFaults(said.faults);
    const stays = before !== undefined && before.about.size > 0 ? ' What it said before stays in force.' : '';
    const line = read.kind === 'bad' ? read.line : undefined;
    const rejected = rejection(file.path, 'bad-declaration', reason + stays, line);
    known.set(file.path, { ...rest, about: before?.about ?? new Map(), rejected });
  };

  return Object.freeze({
    async update(listing: Listing) {
      const { jsonFiles: files } = listing;
      const byPath = new Map(files.map((file) => [file.path.normalize('NFC'), file]));
      const declaring = files.filter(({ path }) =>
        isDeclarationFileName(path.slice(path.lastIndexOf('/') + 1)),
      );
      for (const file of declaring) await look(file, byPath);
      const listed = new Set(declaring.map(({ path }) => path));
      const now = Date.now();
      for (const [path, entry] of known) {
        if (listed.has(path)) continue;
        entry.missingSince ??= now;
        if (now - entry.missingSince >= MISSING_GRACE) known.delete(path);
      }
      inForce = settle(known);
      last = listing;
    },
    of: (path: string) => inForce.get(path.normalize('NFC')) ?? null,
    rejected: (isServed: (name: string) => boolean) => [
      ...[...known.values()].flatMap(({ rejected }) => (rejected === null ? [] : [rejected])),
      ...missingFiles(inForce, last, isServed),
    ],
  });
}

/**
 * Of several that speak of one file, the one that is nearest to it holds: CSVW that is beside the file before all, and
 * that of a folder before the package there.
 */
function settle(known: ReadonlyMap<string, Known>): ReadonlyMap<string, Declaration> {
  const weight = (path: string) =>
    isOfFolder(path)
      ? path.split('/').length + (path.endsWith(PACKAGE_NAME) ? 0 : 0.5)
      : Number.POSITIVE_INFINITY;
  const ascending = [...known].sort(([a], [b]) =>
    weight(a) === weight(b) ? (a < b ? -1 : 1) : weight(a) - weight(b),
  );
  return new Map(ascending.flatMap(([, { about }]) => [...about]));
}

/** A JSON file as it was read. */
export type Content =
  | Readonly<{ kind: 'json'; json: unknown }>
  | Readonly<{ kind: 'bad'; reason: string; line?: number }>;

const MISSING: Content = { kind: 'bad', reason: 'There is no such file.' };

async function readJson(folder: string, { path, signature }: ListedFile): Promise<Content> {
  if (signature.size > MOST_BYTES) return { kind: 'bad', reason: 'It has more than 16 MiB.' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(folder, path)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isEncoding = code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    return {
      kind: 'bad',
      reason: isEncoding ? 'It is not UTF-8 text.' : `The system could not read it (${code}).`,
    };
  }
  try {
    const json: unknown = JSON.parse(text);
    return isTooDeep(json, MOST_DEPTH)
      ? { kind: 'bad', reason: `It is nested deeper than ${MOST_DEPTH} levels.` }
      : { kind: 'json', json };
  } catch (error) {
    if (text.trim() === '') return { kind: 'bad', reason: 'It is empty.' };
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = text.slice(0, at === undefined ? text.length : Number(at)).split('\n').length;
    return { kind: 'bad', reason: `It is not JSON: something is wrong on line ${line}.`, line };
  }
}

/** What is read member by member is to end before the stack does. */
function isTooDeep(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((value) => isTooDeep(value, levels - 1));
}

function rejection(path: string, code: string, reason: string, line?: number): RejectedFile {
  const name = path.split('/').join('.').normalize('NFC');
  return Object.freeze({ path, name, code, reason, ...(line === undefined ? {} : { line }) });
}

function sealOf(
  file: ListedFile,
  references: readonly string[],
  files: ReadonlyMap<string, ListedFile>,
): string {
  const all = [file, ...references.map((path) => files.get(path))];
  return all.map((one) => (one === undefined ? 'none' : describe(one.signature))).join(' ');
}

function describe({ inode, size, modified, changed }: Signature): string {
  return `${inode}:${size}:${modified}:${changed}`;
}

function writtenAt({ modified }: Signature): number {
  return Number(modified / 1_000_000n);
}
