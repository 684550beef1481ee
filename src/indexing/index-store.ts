// Needs of tables → their indexes, each made once and kept as long as its table: large ones in a worker thread.

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ColumnIndex } from '../query/column-index.ts';
import type { Indexes, IndexNeed } from '../query/indexes.ts';
import type { Table } from '../table/table.ts';
import type { TextStore } from '../table/text-store.ts';
import { type IndexJob, jobOf, type Made, runJob } from './index-job.ts';

/** Tables of so many rows and more are indexed in the worker: below, that takes a few milliseconds. */
const LARGE_TABLE = 20_000;

export type IndexStore = Indexes &
  Readonly<{
    /**
     * Makes what is missing.
     * @returns undefined when all is there (go on at once), else a promise; it rejects when the worker fails
     */
    ensure: (table: Table, needs: readonly IndexNeed[]) => Promise<void> | undefined;
    /** Has indexes of a large table made in the background; a small one does without. */
    suggest: (table: Table, needs: readonly IndexNeed[]) => void;
    close: () => Promise<void>;
  }>;

/** What there is of one table, by need: made, or on its way. */
type Kept = Map<string, Made | Promise<void>>;

export function createIndexStore(): IndexStore {
  const tables = new WeakMap<Table, Kept>();
  const builder = createBuilder();

  const find = (table: Table, name: string): Made | undefined => {
    const made = tables.get(table)?.get(name);
    return made instanceof Promise ? undefined : made;
  };

  const make = (table: Table, kept: Kept, need: IndexNeed): Promise<void> | undefined => {
    const name = nameOf(need);
    const known = kept.get(name);
    if (known !== undefined) return known instanceof Promise ? known : undefined;
    const job = jobOf(table, need);
    if (table.rowCount < LARGE_TABLE) {
      kept.set(name, runJob(job));
      return undefined;
    }
    const made = builder.run(job).then(
      (result) => void kept.set(name, Object.freeze(result)),
      (error: unknown) => {
        kept.delete(name);
        throw error;
      },
    );
    kept.set(name, made);
    return made;
  };

  const ensure = (table: Table, needs: readonly IndexNeed[]): Promise<void> | undefined => {
    if (needs.length === 0) return undefined;
    const kept = tables.get(table) ?? new Map();
    tables.set(table, kept);
    const waits = needs.flatMap((need) => make(table, kept, need) ?? []);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  };

  return Object.freeze({
    get: (table: Table, column: number, collate: string | null = null) =>
      find(table, nameOf({ kind: 'order', column, collate })) as ColumnIndex | undefined,
    texts: (table: Table, column: number, form: 'folded' | 'lower') =>
      find(table, nameOf({ kind: 'texts', column, form })) as TextStore | undefined,
    ensure,
    suggest(table: Table, needs: readonly IndexNeed[]) {
      // Nobody asked for these: whoever needs one and cannot have it is told then.
      if (table.rowCount >= LARGE_TABLE) ensure(table, needs)?.catch(() => undefined);
    },
    close: builder.close,
  });
}

function nameOf(need: IndexNeed): string {
  return need.kind === 'order' ? `order ${need.column} ${need.collate ?? ''}` : `${need.form} ${need.column}`;
}

type Waiting = Readonly<{ resolve: (made: Made) => void; reject: (error: Error) => void }>;
type Reply = Readonly<{ id: number; made?: Made; failed?: string }>;

/** A worker thread that starts with its first job, and again if it dies. */
function createBuilder() {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;
  let isClosed = false;

  const failAll = (reason: string) => {
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };

  const start = (): Worker => {
    // The same file type as this one: TypeScript as it is, or built.
    const extension = extname(fileURLToPath(import.meta.url));
    const started = new Worker(new URL(`./index-worker${extension}`, import.meta.url));
    started.unref();
    started.on('message', ({ id, made, failed }: Reply) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (made === undefined) asked?.reject(new Error(`Indexing failed: ${failed}.`));
      else asked?.resolve(made);
    });
    started.on('error', (error) => failAll(`Indexing ended with: ${error.message}.`));
    started.on('exit', () => {
      if (worker === started) worker = null;
      failAll('The thread that makes indexes ended.');
    });
    return started;
  };

  return {
    run(job: IndexJob): Promise<Made> {
      if (isClosed) return Promise.reject(new Error('Indexes are no longer made.'));
      worker ??= start();
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, job });
      });
    },
    async close(): Promise<void> {
      isClosed = true;
      await worker?.terminate();
    },
  };
}
