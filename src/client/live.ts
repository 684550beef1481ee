// A wish → the rows that fulfil it, always current.

import { holdFeed } from './feed.ts';
import type { Cells, Change, EventData, Key, Live, LiveOptions, Snapshot } from './types.ts';

/**
 * Holds the rows of a table, or those that match. While rows are read again, the old ones stay; the new ones take
 * their place all at once. A loop over the result gets `rows` once they are there and after each change or, if it is
 * slow, after some.
 *
 * Without a key field rows are numbered. With a filter these numbers are those of the last reading: rows that do not
 * match may have come or gone since.
 * @param url the server's: `http://127.0.0.1:5000`; a path before `/ws` is kept
 */
export function live<Row = Cells>(url: string | URL, options: LiveOptions<Row>): Live<Row> {
  const { where, query, onChange } = options;
  const isWhole = !where && !query;
  const rows = new Map<Key, Row>();
  const ready = defer();
  const closed = defer();
  let news = defer();
  let position: string | null = null;
  /** Whether keys are known to be the values of a field. */
  let isKeyed = false;
  /** Whether they are known to be the numbers of all rows. */
  let canShift = false;
  let isOver = false;

  /** @param keys left out: row numbers */
  const fill = (list: readonly Row[], keys?: Snapshot['keys']) => {
    rows.clear();
    for (const [index, row] of list.entries()) rows.set(keyOf(keys ? (keys[index] as Key) : index + 1), row);
  };
  /** @returns whether the rows must be read again */
  const fold = ({ changes = [], truncated, reordered }: EventData<Row>['changed']): boolean => {
    const isMoved = reordered || changes.some(({ op }) => /insert|delete/.test(op));
    if (truncated || (isMoved && !isKeyed && (reordered || !canShift))) return true;
    // Deletes come from the last to the first, inserts from the first to the last: each shifts the numbers after it.
    const list = canShift && [...rows.values()];
    for (const { op, key, row } of changes) {
      const isGone = /delete|leave/.test(op);
      if (list) list.splice((key as number) - 1, isGone ? 1 : 0, ...(isGone ? [] : [row]));
      else if (isGone) rows.delete(keyOf(key));
      else rows.set(keyOf(key), row);
    }
    if (list) fill(list);
    return false;
  };
  /** @returns the same */
  const apply = (change: Change<Row>): boolean => {
    const { kind } = change;
    if (kind === 'added' || (kind === 'changed' && fold(change.data))) return true;
    // Rows that were lost come with the next snapshot, unless there are none.
    if (kind === 'lost' && change.position) return false;
    if (/removed|lost/.test(kind)) rows.clear();
    if (kind === 'snapshot') {
      isKeyed = change.primaryKey.length > 0;
      canShift = isWhole && !isKeyed;
      fill(change.rows, change.keys);
      ready.resolve();
    }
    ({ position } = change);
    return false;
  };
  const stir = () => {
    news.resolve();
    news = defer();
  };
  const finish = (how: 'resolve' | 'reject', error?: unknown) => {
    isOver = true;
    for (const end of [ready, closed]) end[how](error as undefined);
    stir();
  };

  const [open, , close] = holdFeed<Row>(
    url,
    { ...options, snapshot: true },
    (change) => {
      const isStale = apply(change);
      stir();
      if (onChange) queueMicrotask(() => onChange(change));
      return isStale;
    },
    (error) => finish('reject', error),
  );
  open();

  return {
    rows,
    get position() {
      return position;
    },
    ready: ready.promise,
    closed: closed.promise,
    close() {
      close();
      finish('resolve');
    },
    async *[Symbol.asyncIterator]() {
      await ready.promise;
      while (!isOver) {
        const next = news.promise;
        yield rows;
        await next;
      }
      await closed.promise;
    },
  };
}

function keyOf(key: Key | readonly Key[]): Key {
  return Array.isArray(key) ? JSON.stringify(key) : (key as Key);
}

/** A promise that nobody has to look at. */
function defer() {
  const deferred = Promise.withResolvers<void>();
  deferred.promise.catch(() => {});
  return deferred;
}
