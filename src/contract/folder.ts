// Turns a folder of documents into their texts, at once and again whenever one of them changes.

import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The text of one document, why it has none, or that it is gone. */
export type DocumentText = Readonly<
  { path: string } & (
    | { kind: 'text'; text: string }
    | { kind: 'unreadable'; problem: string }
    | { kind: 'gone' }
  )
>;

/** Tells that something below a folder may have changed: a path relative to it, or null for anything. */
export type Watch = (
  folder: string,
  onHint: (relativePath: string | null) => void,
) => { close(): Promise<void> };

type Options = Readonly<{
  folder: string;
  watch: Watch;
  /** Called with every document at first, and then with those that are not what they were. */
  onTexts: (texts: readonly DocumentText[]) => void;
}>;

const LARGEST = 1024 * 1024;
/** A document is read when it has stood still for so long, in milliseconds: an editor may be writing it. */
const SETTLED = 100;
/** An empty file is mostly one that is about to be written: it keeps its last content for so long, as data does. */
const SETTLED_EMPTY = 2000;

/** What a document is, as far as can be told without reading it. */
type Identity = Readonly<{ tag: string; isEmpty: boolean }>;
const GONE: Identity = Object.freeze({ tag: 'gone', isEmpty: false });
type Known = { tag: string; since: number; isRead: boolean; last: string | null };

/** @returns after the first reading; a folder that does not exist is an empty one */
export async function followFolder({ folder, watch, onTexts }: Options): Promise<{ close(): Promise<void> }> {
  const known = new Map<string, Known>();
  let isClosed = false;
  let looking: Promise<void> | null = null;
  let isHinted = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (isFirst: boolean) => {
    const now = performance.now();
    const identities = await identitiesIn(folder);
    for (const path of known.keys()) if (!identities.has(path)) identities.set(path, GONE);
    const texts: DocumentText[] = [];
    let isRestless = false;
    for (const [path, identity] of [...identities].sort(([a], [b]) => (a < b ? -1 : 1))) {
      let entry = known.get(path);
      if (entry?.tag !== identity.tag) {
        entry = { tag: identity.tag, since: now, isRead: false, last: entry?.last ?? null };
        known.set(path, entry);
      }
      if (entry.isRead) continue;
      if (!isFirst && now - entry.since < (identity.isEmpty ? SETTLED_EMPTY : SETTLED)) {
        isRestless = true;
        continue;
      }
      const text = identity === GONE ? { path, kind: 'gone' as const } : await readText(folder, path);
      // What was written to while it was read says nothing yet, unless there is nothing earlier to go by.
      if (!isFirst && (await identityOf(folder, path)).tag !== identity.tag) {
        isRestless = true;
        continue;
      }
      entry.isRead = true;
      const content = JSON.stringify(text);
      if (content !== entry.last) texts.push(text);
      entry.last = content;
      if (text.kind === 'gone') known.delete(path);
    }
    if (isClosed) return;
    if (texts.length > 0 || isFirst) onTexts(texts);
    clearTimeout(timer);
    if (isRestless) timer = setTimeout(hint, SETTLED);
  };

  const run = async () => {
    try {
      while (isHinted && !isClosed) {
        isHinted = false;
        await look(false);
      }
    } finally {
      looking = null;
    }
  };
  /** Hints during a look lead to one more look, however many they are. */
  const hint = () => {
    isHinted = true;
    looking ??= run();
  };

  looking = look(true);
  await looking;
  looking = null;
  const watcher = watch(folder, hint);
  hint();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await watcher.close();
      await looking;
    },
  };
}

async function identitiesIn(folder: string): Promise<Map<string, Identity>> {
  const identities = new Map<string, Identity>();
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!/^[^.~#].*\.(?:yaml|yml|json)$/i.test(name)) continue;
    const identity = await identityOf(folder, name);
    if (identity !== GONE) identities.set(name, identity);
  }
  return identities;
}

async function identityOf(folder: string, path: string): Promise<Identity> {
  const stats = await stat(join(folder, path), { bigint: true }).catch(() => null);
  if (!stats?.isFile()) return GONE;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return { tag: [dev, ino, size, mtimeNs, ctimeNs].join(':'), isEmpty: size === 0n };
}

async function readText(folder: string, path: string): Promise<DocumentText> {
  try {
    // Without O_NONBLOCK, a fifo that took the file's place would never open.
    await using file = await open(join(folder, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await file.stat();
    if (size > LARGEST) {
      const found = (size / LARGEST).toFixed(1);
      return {
        path,
        kind: 'unreadable',
        problem: `It has ${found} MiB; a contract document has at most 1 MiB.`,
      };
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
    return { path, kind: 'text', text };
  } catch (error) {
    const reason =
      error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : String(error);
    return { path, kind: 'unreadable', problem: `It cannot be read: ${reason}.` };
  }
}
