// Work in steps → its result, at once if it is soon done; else in slices between which everybody else has a turn.

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds that work goes on for at once. */
const SLICE = 4;

/** Runs steps to their end. @returns the result, or a promise of it when it takes more than one slice */
export function inSlices<T>(steps: Generator<void, T>): T | Promise<T> {
  const first = slice(steps);
  return first.done ? first.value : rest(steps);
}

async function rest<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await nextTurn();
    const { done, value } = slice(steps);
    if (done) return value;
  }
}

function slice<T>(steps: Generator<void, T>): IteratorResult<void, T> {
  const end = performance.now() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done || performance.now() >= end) return step;
  }
}
