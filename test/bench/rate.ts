// How many requests a server answers in a second, and two servers asked in turn.

import autocannon from 'autocannon';
import { randomNumbers } from './big-table.ts';
import { median, type Server } from './processes.ts';

/** Makes a path with values of its own for each request. */
export type Question = (random: () => number) => string;

/** How hard to ask: the slower the peer, the fewer connections and the longer. */
export type Effort = Readonly<{ rounds: number; seconds: number; connections: number }>;

const random = randomNumbers(7);

async function requestsPerSecond(server: Server, question: Question, effort: Effort): Promise<number> {
  const requests = [{ setupRequest: (request: object) => ({ ...request, path: question(random) }) }];
  const { connections, seconds } = effort;
  const result = await autocannon({ url: server.url, connections, duration: seconds, requests });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx + result.errors} requests failed`);
  return result.requests.average;
}

/** Asks two servers in turn, after a round to warm up. @returns the medians, and the median of the ratios */
export async function compareRates(
  [ours, question]: readonly [Server, Question],
  [peer, peerQuestion]: readonly [Server, Question],
  effort: Effort,
): Promise<{ ours: number; peer: number; ratio: number }> {
  const rates: [number, number][] = [];
  for (let round = 0; round <= effort.rounds; round++) {
    const pair: [number, number] = [
      await requestsPerSecond(ours, question, effort),
      await requestsPerSecond(peer, peerQuestion, effort),
    ];
    if (round > 0) rates.push(pair);
  }
  return {
    ours: median(rates.map(([rate]) => rate)),
    peer: median(rates.map(([, rate]) => rate)),
    ratio: median(rates.map(([a, b]) => a / b)),
  };
}
