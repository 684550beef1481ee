// One edit to 5,000 sockets on one table: against bare `ws` whose loop sends the same bytes to as many.

import type { BareWs } from './feed-bare-ws.ts';
import type { Clients } from './feed-clients.ts';
import { type Part, startPart } from './feed-part.ts';
import type { Rowcast } from './feed-rowcast.ts';
import { median } from './processes.ts';

export const SOCKETS = 5000;
const ROUNDS = 12;
const EDITS = 25;

type Cost = Readonly<{ cpuMs: number; wallMs: number; all: readonly number[] }>;
type Crowd = Part<Clients>;

/** Everybody's socket: no query, no frames. */
export const CROWD = {
  sockets: SOCKETS,
  paths: ['/ws?table=clubs'],
  frames: [],
  greetings: 1,
  keepsText: false,
} as const;

export async function* benchFanOut(): AsyncGenerator<string> {
  await using rowcast = startPart<Rowcast>('./feed-rowcast.ts');
  await using bare = startPart<BareWs>('./feed-bare-ws.ts');
  await using ours = startPart<Clients>('./feed-clients.ts');
  await using theirs = startPart<Clients>('./feed-clients.ts');
  await rowcast.ask('prepare', { name: 'clubs', rows: 100, edited: 1 });
  await ours.ask('connect', { ...CROWD, ...(await rowcast.ask('listen')) });
  const text = await sampleFrame(rowcast, ours);
  await theirs.ask('connect', { ...CROWD, ...(await bare.ask('listen')), paths: ['/'], greetings: 0 });

  const rounds: [Cost, Cost][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const pair: [Cost, Cost] = [
      await measureRound(rowcast, ours, () => rowcast.ask('edit', 'clubs')),
      await measureRound(bare, theirs, () => bare.ask('send', text)),
    ];
    if (round > 0) rounds.push(pair);
  }
  const middle = (of: (pair: [Cost, Cost]) => number) => median(rounds.map(of)).toFixed(2);
  const sizes = `${SOCKETS} sockets, ${text.length} bytes`;
  yield `one edit to ${sizes}, server CPU: ${middle(([a]) => a.cpuMs)} ms, bare ws ${middle(([, b]) => b.cpuMs)} ms, ratio ${middle(([a, b]) => b.cpuMs / a.cpuMs)}`;
  yield `one edit to ${sizes}, until all have it: ${middle(([a]) => a.wallMs)} ms, bare ws ${middle(([, b]) => b.wallMs)} ms, ratio ${middle(([a, b]) => b.wallMs / a.wallMs)}`;
  const [all, peer] = [rounds.flatMap(([a]) => a.all), rounds.flatMap(([, b]) => b.all)];
  yield `edit to last delivery, ${all.length} edits: p50 ${at(all, 0.5)} ms, p99 ${at(all, 0.99)} ms; bare ws p50 ${at(peer, 0.5)} ms, p99 ${at(peer, 0.99)} ms`;
}

/** The text of the frame that an edit makes. */
async function sampleFrame(rowcast: Part<Rowcast>, crowd: Crowd): Promise<string> {
  await crowd.ask('keep', true);
  await crowd.ask('aim', SOCKETS);
  await rowcast.ask('edit', 'clubs');
  await crowd.ask('reached');
  const { text } = await crowd.ask('last');
  await crowd.ask('keep', false);
  await crowd.ask('counts');
  return text;
}

/** Sends so many times, each when everybody has got the one before. */
async function measureRound(
  server: Part<Pick<BareWs, 'spent'>>,
  crowd: Crowd,
  send: () => Promise<{ at: number }>,
): Promise<Cost> {
  const all: number[] = [];
  const before = await server.ask('spent');
  for (let edit = 0; edit < EDITS; edit++) {
    await crowd.ask('aim', SOCKETS);
    const { at: sent } = await send();
    all.push((await crowd.ask('reached')).at - sent);
  }
  const { cpuMs } = await server.ask('spent');
  const counts = await crowd.ask('counts');
  if (counts.length !== 1 || counts[0]?.[0] !== EDITS) throw new Error(`lost or doubled: ${counts}`);
  return { cpuMs: (cpuMs - before.cpuMs) / EDITS, wallMs: median(all), all };
}

/** @returns the number below which so large a share of the numbers is */
export function at(numbers: readonly number[], share: number): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number).toFixed(1);
}
