// Rows by random key, and pages of 100 at random offsets, of 1,000,000 rows: against bare Fastify that sends a
// constant body of the same size.

import { BIG_ROWS, bigTableFolder, randomNumbers } from './big-table.ts';
import { startBareFastify, startRowcast } from './processes.ts';
import { compareRates, type Question } from './rate.ts';

const EFFORT = { rounds: 5, seconds: 3, connections: 32 };

const QUESTIONS: Readonly<Record<string, Question>> = {
  'a row by random key': (random) => `/api/big/${1 + Math.floor(random() * BIG_ROWS)}`,
  'a page of 100 rows': (random) => `/api/big?_limit=100&_offset=${Math.floor(random() * (BIG_ROWS - 100))}`,
};

export async function* benchReads(): AsyncGenerator<string> {
  await using rowcast = await startRowcast(await bigTableFolder());
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const body = await (await fetch(rowcast.url + question(randomNumbers(1)))).text();
    await using bare = await startBareFastify(body);
    const { ours, peer, ratio } = await compareRates([rowcast, question], [bare, question], EFFORT);
    yield `${name}: ${ours.toFixed(0)}/s, bare Fastify ${peer.toFixed(0)}/s, ratio ${ratio.toFixed(2)} (${body.length} bytes)`;
  }
}
