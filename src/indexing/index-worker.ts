// The worker thread: takes columns in shared memory, answers with what is made of them.

import { parentPort } from 'node:worker_threads';
import { type IndexJob, runJob } from './index-job.ts';

parentPort?.on('message', ({ id, job }: { id: number; job: IndexJob }) => {
  try {
    parentPort?.postMessage({ id, made: runJob(job) });
  } catch (error) {
    // A bug, or more than the machine can hold: this one fails, the next gets its turn.
    parentPort?.postMessage({ id, failed: (error as Error).message });
  }
});
