// The worker thread: takes requests to load a file, answers with a table in shared memory.

import { parentPort } from 'node:worker_threads';
import type { Rejection } from '../table/file-facts.ts';
import type { Table } from '../table/table.ts';
import type { Declaration } from './declared/declaration.ts';
import { readStable } from './read.ts';
import type { Signature } from './table-files.ts';
import { type LoadedTable, loadTables } from './text/load.ts';

/**
 * What to load. `path` is absolute. `knownDigest`: bytes of this digest need not be parsed again. `previous`: the tables
 * that the file serves now.
 */
export type LoadRequest = Readonly<{
  path: string;
  previous: readonly Table[];
  knownDigest: string | null;
  isGrowing: boolean;
  declared: Declaration | null;
}>;

/**
 * `unreadable`: another try may do. `failed`: these bytes cannot be loaded. `isOpenEnded`: the last line has no line
 * break, so that it may be half a line.
 */
export type LoadReply =
  | Readonly<{ kind: 'moved' | 'missing' }>
  | Readonly<{ kind: 'unreadable' | 'failed'; rejection: Rejection }>
  | Readonly<{ kind: 'unchanged'; signature: Signature }>
  | Readonly<{ kind: 'rejected'; signature: Signature; rejection: Rejection; isText: boolean }>
  | Readonly<{
      kind: 'loaded';
      signature: Signature;
      digest: string;
      isOpenEnded: boolean;
      tables: readonly LoadedTable[];
    }>;

/** How much of a file has been parsed, from 0 to 1. */
export type LoadShare = Readonly<{ share: number }>;

/** Progress is told no more often than this, in ms. */
const TELL_EVERY = 200;

async function answer(
  { path, previous, knownDigest, isGrowing, declared }: LoadRequest,
  tell: (share: LoadShare) => void,
): Promise<LoadReply> {
  const read = readStable(path);
  if (read.kind !== 'bytes') return read;
  const { bytes, digest, signature } = read;
  if (digest === knownDigest && !isGrowing) return { kind: 'unchanged', signature };
  const modified = new Date(Number(signature.modified / 1_000_000n)).toISOString();
  const prefersTab = path.toLowerCase().endsWith('.tsv');
  const loaded = await loadTables(bytes, {
    prefersTab,
    modified,
    previous,
    isGrowing,
    declared,
    onProgress: throttle(tell),
  });
  if (loaded.kind === 'rejected') return { ...loaded, signature };
  const last = bytes.at(-1);
  return { ...loaded, signature, digest, isOpenEnded: last !== undefined && last !== 0x0a && last !== 0x0d };
}

function throttle(tell: (share: LoadShare) => void): (share: number) => void {
  let toldAt = performance.now();
  return (share) => {
    if (performance.now() - toldAt < TELL_EVERY) return;
    toldAt = performance.now();
    tell({ share });
  };
}

/** What JavaScript can hold ends at some length of a text, an array or a buffer. Anything else is a bug. */
function failed(error: Error & { code?: string }): LoadReply {
  const isTooMuch = error instanceof RangeError || error.code === 'ERR_STRING_TOO_LONG';
  const reason = isTooMuch
    ? `The file has more rows, or a longer cell, than Rowcast can hold (${error.message}): split it.`
    : `Rowcast could not read the file: ${error.message}.`;
  return { kind: 'failed', rejection: { code: 'load-failed', reason } };
}

parentPort?.on('message', async ({ id, request }: { id: number; request: LoadRequest }) => {
  try {
    const tell = (share: LoadShare) => parentPort?.postMessage({ id, ...share });
    parentPort?.postMessage({ id, reply: await answer(request, tell) });
  } catch (error) {
    parentPort?.postMessage({ id, reply: failed(error as Error) });
  }
});
