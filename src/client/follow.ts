// A wish → a loop over what changes.

import { holdFeed } from './feed.ts';
import type { Cells, Change, FollowOptions } from './types.ts';

/**
 * Follows a table, or all of them. Connects at the first turn of the loop, again whenever the connection is lost, and
 * goes on where it was: every event once, in order, or a change of the kind `lost`. A loop that is slower than the
 * table gives up its connection once `buffer` is full, and takes the rest from the server's history when it has come
 * so far.
 * @param url the server's: `http://127.0.0.1:5000`; a path before `/ws` is kept
 * @throws FeedError, out of the loop, when the server refuses the subscription; the signal's reason when it aborts
 */
export function follow<Row = Cells>(
  url: string | URL,
  options: FollowOptions,
): AsyncGenerator<Change<Row>, void, undefined> {
  const { buffer = 1_000_000, snapshot } = options;
  const waiting: (readonly [change: Change<Row>, length: number])[] = [];
  let size = 0;
  let isPaused = true;
  let finish: (() => void) | undefined;
  let wake = () => {};

  const end = (how: () => void) => {
    finish ??= how;
    wake();
  };
  async function* run(): AsyncGenerator<Change<Row>, void, undefined> {
    const [open, pause, close] = holdFeed<Row>(
      url,
      options,
      (change, length) => {
        waiting.push([change, length]);
        size += length;
        wake();
        isPaused = size > buffer;
        if (isPaused) pause();
        return snapshot && (change.kind === 'added' || (change.kind === 'changed' && change.data.truncated));
      },
      (error) =>
        end(() => {
          throw error;
        }),
    );
    try {
      while (!finish) {
        const next = waiting.shift();
        if (next) {
          size -= next[1];
          yield next[0];
        } else {
          if (isPaused) open();
          isPaused = false;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      close();
    }
    finish();
  }

  const changes = run();
  const leave = changes.return.bind(changes);
  // By itself a generator ends only after its next change.
  changes.return = (value) => {
    end(() => {});
    return leave(value);
  };
  return changes;
}
