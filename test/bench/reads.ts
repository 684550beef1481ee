// Rows by random key, and pages of 100 at random offsets, of 1,000,000 rows: against bare Fastify that sends a
// constant body of the same size.

import autocannon from 'autocannon';
import { BIG_ROWS, bigTableFolder, randomNumbers } from './big-table.ts';
import { median, type Server, startBareFastify, startRowcast } from './processes.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;

const QUESTIONS: Readonly<Record<string, (random: () => number) => string>> = {
  'a row by random key': (random) => `/api/big/${1 + Math.floor(random() * BIG_ROWS)}`,
  'a page of 100 rows': (random) => `/api/big?_limit=100&_offset=${Math.floor(random() * (BIG_ROWS - 100))}`,
};

async function requestsPerSecond(server: Server, path: (random: () => number) => string): Promise<number> {
  const random = randomNumbers(7);
  const requests = Array.from({ length: 2000 }, () => ({ path: path(random) }));
  const result = await autocannon({ url: server.url, connections: CONNECTIONS, duration: SECONDS, requests });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx + result.errors} requests failed`);
  return result.requests.average;
}

export async function benchReads(): Promise<string[]> {
  await using rowcast = await startRowcast(await bigTableFolder());
  const lines: string[] = [];
  for (const [name, path] of Object.entries(QUESTIONS)) {
    const body = await (await fetch(rowcast.url + path(randomNumbers(1)))).text();
    await using bare = await startBareFastify(body);
    const rates: [number, number][] = [];
    await requestsPerSecond(rowcast, path);
    await requestsPerSecond(bare, path);
    for (let round = 0; round < ROUNDS; round++) {
      rates.push([await requestsPerSecond(rowcast, path), await requestsPerSecond(bare, path)]);
    }
    const ours = Math.round(median(rates.map(([rate]) => rate)));
    const theirs = Math.round(median(rates.map(([, rate]) => rate)));
    const ratio = median(rates.map(([a, b]) => a / b)).toFixed(2);
    lines.push(`${name}: ${ours}/s, bare Fastify ${theirs}/s, ratio ${ratio} (${body.length} bytes)`);
  }
  return lines;
}
