// Work that may take for ever → whether it was done in time.

import { runInNewContext } from 'node:vm';

/** @returns whether the work was done within so many milliseconds; else it was broken off. What it throws is thrown. */
export function inTime(work: () => void, milliseconds: number): boolean {
  try {
    runInNewContext('work()', { work }, { timeout: Math.ceil(milliseconds) });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
