// A folder → hints that something in it may have changed: chokidar's, and a regular call to look at everything.

import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** How often everything is looked at, whatever the watcher says, in milliseconds. */
const SWEEP_INTERVAL = 500;

export type Watching = Readonly<{ close: () => Promise<void> }>;

/**
 * Watches a folder that may be missing, come back, or be swapped for another.
 * @param folder an absolute path
 * @param onHint called with a path relative to the folder (`/` between its parts) that may have changed, or with null:
 *   look at everything
 */
export function watchFolder(folder: string, onHint: (path: string | null) => void): Watching {
  let watcher: FSWatcher | null = null;
  let identity = '';
  let isClosed = false;
  let sweeping: Promise<void> = Promise.resolve();

  const arm = () => {
    watcher = watch(folder, {
      ignoreInitial: true,
      atomic: false,
      followSymlinks: true,
      ignorePermissionErrors: true,
    });
    watcher.on('all', (_event, path) => onHint(relative(folder, path).split(sep).join('/')));
    // What the watcher cannot see, the sweep does.
    watcher.on('error', () => {});
  };

  const sweep = async () => {
    const now = await identify(folder);
    if (isClosed) return;
    if (now !== identity) {
      // Another folder stands at this path (swapped, or recreated): watch that one.
      await watcher?.close();
      if (isClosed) return;
      identity = now;
      arm();
    }
    onHint(null);
  };

  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep, sweep);
  }, SWEEP_INTERVAL);
  sweeping = sweep();

  return {
    async close() {
      isClosed = true;
      clearInterval(timer);
      await sweeping.catch(() => {});
      await watcher?.close();
    },
  };
}

/** Names the folder that stands at a path now; empty when there is none. */
async function identify(folder: string): Promise<string> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}
