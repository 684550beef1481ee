// Temporary folders and waiting, for tests that work on real files.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = AsyncDisposable & Readonly<{ path: string; at: (name: string) => string }>;

/** A fresh folder that is removed at the end of the test. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const outer = await realpath(await mkdtemp(join(tmpdir(), 'rowcast-')));
  const path = join(outer, 'data');
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(outer, { recursive: true, force: true }),
  };
}

/**
 * Waits until something holds.
 * @param deadline in milliseconds; past it the promise is rejected with what was found last
 */
export async function until<T>(ask: () => T, holds: (found: T) => boolean, deadline = 5000): Promise<T> {
  const end = performance.now() + deadline;
  for (;;) {
    const found = ask();
    if (holds(found)) return found;
    if (performance.now() > end)
      throw new Error(`not within ${deadline} ms; the last was ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lets time pass where the passing of time is what is tested. */
export function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
