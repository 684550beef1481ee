// Those who have much to do → a piece of each in turn, a few milliseconds at a time, between which others go on.

export type Rounds<Worker> = Readonly<{
  /** Gives a worker its turns until it has no more to do. */
  add: (worker: Worker) => void;
  close: () => void;
}>;

const SLICE_MS = 3;

/**
 * @param work does one piece, and tells whether there is more
 * @param onError takes what it throws: that worker has no more turns
 */
export function openRounds<Worker>(
  work: (worker: Worker) => boolean,
  onError: (error: unknown) => void,
): Rounds<Worker> {
  let queue: Worker[] = [];
  let later: NodeJS.Immediate | null = null;

  const hasMore = (worker: Worker): boolean => {
    try {
      return work(worker);
    } catch (error) {
      onError(error);
      return false;
    }
  };
  const goOn = () => {
    later = null;
    const end = performance.now() + SLICE_MS;
    let at = 0;
    while (at < queue.length && performance.now() < end) {
      const worker = queue[at++] as Worker;
      if (hasMore(worker)) queue.push(worker);
    }
    queue = queue.slice(at);
    if (queue.length > 0) later ??= setImmediate(goOn);
  };

  return Object.freeze({
    add(worker: Worker) {
      queue.push(worker);
      later ??= setImmediate(goOn);
    },
    close() {
      if (later !== null) clearImmediate(later);
      queue = [];
    },
  });
}
