// The worker thread: takes requests to load a file, answers with a table in shared memory.

import { parentPort } from 'node:worker_threads';
import type { TableDiff } from '../table/diff.ts';
import type { FileFacts, Rejection } from '../table/file-facts.ts';
import type { Table } from '../table/table.ts';
import { loadTable } from './load.ts';
import { readStable } from './read.ts';
import type { Signature } from './table-files.ts';

/** What to load. `path` is absolute. `knownDigest`: bytes of this digest need not be parsed again. */
export type LoadRequest = Readonly<{
  path: string;
  previous: Table | null;
  knownDigest: string | null;
  isGrowing: boolean;
}>;

/** `isOpenEnded`: the last line has no line break, so that it may be half a line. */
export type LoadReply =
  | Readonly<{ kind: 'moved' | 'missing' }>
  | Readonly<{ kind: 'unreadable'; rejection: Rejection }>
  | Readonly<{ kind: 'unchanged'; signature: Signature }>
  | Readonly<{ kind: 'rejected'; signature: Signature; rejection: Rejection; isText: boolean }>
  | Readonly<{
      kind: 'loaded';
      signature: Signature;
      digest: string;
      isOpenEnded: boolean;
      table: Table;
      file: FileFacts;
      diff: TableDiff | null;
    }>;

async function answer({ path, previous, knownDigest, isGrowing }: LoadRequest): Promise<LoadReply> {
  const read = readStable(path);
  if (read.kind !== 'bytes') return read;
  const { bytes, digest, signature } = read;
  if (digest === knownDigest && !isGrowing) return { kind: 'unchanged', signature };
  const modified = new Date(Number(signature.modified / 1_000_000n)).toISOString();
  const prefersTab = path.toLowerCase().endsWith('.tsv');
  const loaded = await loadTable(bytes, { prefersTab, modified, previous, isGrowing });
  if (loaded.kind === 'rejected') return { ...loaded, signature };
  const last = bytes.at(-1);
  return { ...loaded, signature, digest, isOpenEnded: last !== undefined && last !== 0x0a && last !== 0x0d };
}

parentPort?.on('message', async ({ id, request }: { id: number; request: LoadRequest }) => {
  try {
    parentPort?.postMessage({ id, reply: await answer(request) });
  } catch (error) {
    // A bug, or more than the machine can hold: this file is refused in words, the next one gets its turn.
    const reason = `Rowcast could not read the file: ${(error as Error).message}.`;
    parentPort?.postMessage({
      id,
      reply: { kind: 'unreadable', rejection: { code: 'load-failed', reason } },
    });
  }
});
