// Random tables written in random dialects, line ends and encodings, and what is read of them over HTTP: the same cells.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCells } from './pollock/read-served.ts';
import { encoded, sample, written } from './support/random-tables.ts';
import { parseRfc4180 } from './support/rfc4180.ts';

/** `ROUND_TRIP_SEED` and `ROUND_TRIP_RUNS` repeat a run, or make it longer. */
const SEED = Number(process.env.ROUND_TRIP_SEED ?? 5);
const RUNS = Number(process.env.ROUND_TRIP_RUNS ?? 300);

describe('a table comes back as it was written', () => {
  test(`${RUNS} tables`, async () => {
    const samples = fc.sample(sample, { seed: SEED, numRuns: RUNS });
    const files = samples.map((one, index) => ({
      name: `t${index}`,
      text: encoded(written(one), one.writing.encoding),
    }));
    const served = await readCells(files);
    const misread = samples
      .map((one, index) => ({ text: written(one), ...one, read: served.get(`t${index}`) }))
      .filter(({ header, rows, read }) => JSON.stringify(read) !== JSON.stringify([header, ...rows]))
      .sort((a, b) => a.text.length - b.text.length);
    const shortest = misread[0];
    // One of them, the shortest, is told; and how many there are in all.
    expect(
      shortest && { of: misread.length, writing: shortest.writing, text: shortest.text, read: shortest.read },
    ).toBe(undefined);
  });

  test('an independent parse agrees with what was written', () => {
    fc.assert(
      fc.property(sample, (one) => {
        const { header, rows } = one;
        expect(parseRfc4180(written(one), one.writing)).toEqual([header, ...rows]);
      }),
      { seed: SEED },
    );
  });
});
