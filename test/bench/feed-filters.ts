// 1,000 distinct equality filters on 5,000 sockets, one of which matches an edit: against the sockets of that one
// filter alone, while the others follow another table.

import type { Clients } from './feed-clients.ts';
import { at, CROWD, SOCKETS } from './feed-fan-out.ts';
import { startPart } from './feed-part.ts';
import type { Rowcast } from './feed-rowcast.ts';
import { median } from './processes.ts';

const FILTERS = 1000;
const MATCHING = SOCKETS / FILTERS;
const ROUNDS = 9;
const EDITS = 400;
const WATCHED = 30;

type Cost = Readonly<{ cpuMs: number; waits: readonly number[] }>;

export async function* benchFilters(): AsyncGenerator<string> {
  const filter = (table: string, club: string) =>
    JSON.stringify({ op: 'subscribe', id: 1, table, where: { club } });
  const many = Array.from({ length: FILTERS }, (_, i) => filter('clubs', `c${i}`));
  const alone = many.map((frame, i) => (i === 0 ? frame : filter('others', 'c0')));
  await using a = await filtered(many);
  await using b = await filtered(alone);
  const rounds: [Cost, Cost][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const pair: [Cost, Cost] = [await a.measure(), await b.measure()];
    if (round > 0) rounds.push(pair);
  }
  const middle = (of: (pair: [Cost, Cost]) => number) => median(rounds.map(of));
  const micros = (of: (pair: [Cost, Cost]) => number) => `${(middle(of) * 1000).toFixed(0)} µs`;
  yield `${FILTERS} filters on ${SOCKETS} sockets, ${MATCHING} matching, server CPU of an edit: ${micros(([x]) => x.cpuMs)}, one filter alone ${micros(([, y]) => y.cpuMs)}, ratio ${middle(([x, y]) => x.cpuMs / y.cpuMs).toFixed(2)}`;
  const [x, y] = [rounds.flatMap(([c]) => c.waits), rounds.flatMap(([, c]) => c.waits)];
  yield `${FILTERS} filters, edit to last delivery: p50 ${at(x, 0.5)} ms, p99 ${at(x, 0.99)} ms; one filter alone p50 ${at(y, 0.5)} ms, p99 ${at(y, 0.99)} ms`;
}

/** A server with a subscription on each socket. */
async function filtered(frames: readonly string[]) {
  const rowcast = startPart<Rowcast>('./feed-rowcast.ts');
  const crowd = startPart<Clients>('./feed-clients.ts');
  await rowcast.ask('prepare', { name: 'clubs', rows: FILTERS, edited: 1 });
  await rowcast.ask('prepare', { name: 'others', rows: FILTERS, edited: 1 });
  await crowd.ask('connect', {
    ...CROWD,
    ...(await rowcast.ask('listen')),
    paths: ['/ws?table='],
    frames,
    greetings: 2,
  });
  return {
    async measure(): Promise<Cost> {
      await crowd.ask('aim', EDITS * MATCHING);
      const pace = { count: EDITS, everyMs: 0, restMs: 20 };
      const { cpuMs } = await rowcast.ask('edits', { name: 'clubs', ...pace });
      await crowd.ask('reached');
      const waits: number[] = [];
      for (let edit = 0; edit < WATCHED; edit++) {
        await crowd.ask('aim', MATCHING);
        const { at: edited } = await rowcast.ask('edit', 'clubs');
        waits.push((await crowd.ask('reached')).at - edited);
      }
      const counts = await crowd.ask('counts');
      const isRight = counts.every(([count, sockets]) =>
        count === 0 ? sockets === SOCKETS - MATCHING : count === EDITS + WATCHED && sockets === MATCHING,
      );
      if (!isRight) throw new Error(`lost, doubled or misdirected: ${JSON.stringify(counts)}`);
      return { cpuMs: cpuMs / EDITS, waits };
    },
    async [Symbol.asyncDispose]() {
      await crowd[Symbol.asyncDispose]();
      await rowcast[Symbol.asyncDispose]();
    },
  };
}
