// Requests to load files → tables, made in worker threads: large files apart, so that small ones need not wait.

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { freezeTable } from '../table/table.ts';
import type { LoadReply, LoadRequest, LoadShare } from './load-worker.ts';

/**
 * The heap of a thread, in MB. V8 ends the whole process when a large array does not fit into it; with room enough, it
 * is an array's own limit that comes first, and that is an exception.
 */
const RESOURCES = { maxOldGenerationSizeMb: 16_384 };

/** V8 collects at the latest when it is told of so many bytes. */
const MOST_TOLD = 64 << 20;

/** Files of more bytes than this are loaded apart from the others. */
const LARGE_FILE = 4 << 20;

export type Loader = Readonly<{
  /**
   * @param size the file's size in bytes, which says who loads it
   * @param onShare is told of large files how much has been read, from 0 to 1; null: the load has ended
   */
  load: (request: LoadRequest, size: number, onShare: OnShare) => Promise<LoadReply>;
  close: () => Promise<void>;
}>;

type OnShare = (share: number | null) => void;

export function createLoader(): Loader {
  const small = createLane();
  let large: Lane | null = null;
  let lastLarge: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  // Each large file gets a thread of its own, one after the other: csv-parse is nearly twice as fast the first time it
  // runs in a thread (its methods are made anew for each parser, which undoes what V8 has learnt of the one before),
  // and the memory that parsing took goes back at once.
  const loadLarge = async (request: LoadRequest, onShare: OnShare): Promise<LoadReply> => {
    if (isClosed) return { kind: 'missing' };
    large = createLane();
    onShare(0);
    const reply = await large.load(request, onShare);
    onShare(null);
    await large.close();
    large = null;
    return reply;
  };

  return {
    load(request, size, onShare) {
      if (size <= LARGE_FILE) return small.load(request);
      const loaded = lastLarge.then(() => loadLarge(request, onShare));
      lastLarge = loaded.then(() => {}); // and not the table that it resolved to
      return loaded;
    },
    async close() {
      isClosed = true;
      await Promise.all([small.close(), large?.close()]);
    },
  };
}

type Lane = Readonly<{
  load: (request: LoadRequest, onShare?: OnShare) => Promise<LoadReply>;
  close: () => Promise<void>;
}>;
type Waiting = Readonly<{ answer: (reply: LoadReply) => void; onShare: OnShare }>;
type Message = Readonly<{ id: number } & ({ reply: LoadReply } | LoadShare)>;

/** A worker thread that starts with its first request, and again if it dies. */
function createLane(): Lane {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;

  const start = (): Worker => {
    // The same file type as this one: TypeScript as it is, or built.
    const extension = extname(fileURLToPath(import.meta.url));
    const started = new Worker(new URL(`./load-worker${extension}`, import.meta.url), {
      resourceLimits: RESOURCES,
    });
    started.unref();
    started.on('message', (message: Message) => {
      const { id } = message;
      if ('share' in message) {
        waiting.get(id)?.onShare(message.share);
        return;
      }
      const { reply } = message;
      if (reply.kind === 'loaded') {
        for (const { table } of reply.tables) freezeTable(table);
        tellOfMemory(reply.signature.size);
      }
      waiting.get(id)?.answer(reply);
      waiting.delete(id);
    });
    started.on('error', (error: NodeJS.ErrnoException) => fail(endOf(error)));
    started.on('exit', () => {
      if (worker === started) worker = null;
      fail('The thread that loads files ended.');
    });
    return started;
  };

  const fail = (reason: string) => {
    // One that was alone is the cause; of several it is not known which one is.
    const kind = waiting.size === 1 ? 'failed' : 'unreadable';
    for (const { answer } of waiting.values()) answer({ kind, rejection: { code: 'load-failed', reason } });
    waiting.clear();
  };

  return {
    load(request, onShare = () => {}) {
      worker ??= start();
      const id = ++lastId;
      return new Promise((answer) => {
        waiting.set(id, { answer, onShare });
        worker?.postMessage({ id, request });
      });
    },
    close: async () => void (await worker?.terminate()),
  };
}

/**
 * Columns are memory that threads share, which V8 does not count: a thread with little else to do would keep those of
 * tables that were replaced long ago. An array as large, of which no byte is ever touched, makes it collect in time.
 * @param bytes the size of the file, which is about that of its table
 */
function tellOfMemory(bytes: number): void {
  try {
    new ArrayBuffer(Math.min(bytes, MOST_TOLD));
  } catch {
    // Where there is no room even for that, V8 has collected already.
  }
}

/** Why a thread ended, in words. */
function endOf({ code, message }: NodeJS.ErrnoException): string {
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return `Loading it ended with: ${message}.`;
  return 'Loading the file took more memory than there is: split it, or start Rowcast with more (NODE_OPTIONS=--max-old-space-size=8192).';
}
