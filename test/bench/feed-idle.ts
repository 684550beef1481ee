// What an idle subscriber holds of the server's memory: against an idle socket of bare `ws`.

import type { BareWs } from './feed-bare-ws.ts';
import type { Clients } from './feed-clients.ts';
import { CROWD, SOCKETS } from './feed-fan-out.ts';
import { type Part, startPart } from './feed-part.ts';
import type { Rowcast } from './feed-rowcast.ts';

type Held = Awaited<ReturnType<Rowcast['held']>>;
type Seats = Readonly<{ paths: readonly string[]; frames: readonly string[]; greetings: number }>;

const IMPLIED: Seats = { paths: ['/ws?table=clubs'], frames: [], greetings: 1 };
const SUBSCRIBED: Seats = {
  paths: ['/ws?table='],
  frames: Array.from({ length: 1000 }, (_, i) =>
    JSON.stringify({ op: 'subscribe', id: 'mine', table: 'clubs', where: { club: `c${i}` } }),
  ),
  greetings: 2,
};
const BARE: Seats = { paths: ['/'], frames: [], greetings: 0 };

export async function* benchIdle(): AsyncGenerator<string> {
  const bare = await perSocket(startPart<BareWs>('./feed-bare-ws.ts'), BARE);
  const say = ({ rss, heap, external }: Held) => {
    const all = heap + external;
    return `${kilo(rss)} kB RSS, ${kilo(all)} kB after collection (heap ${kilo(heap)}, outside ${kilo(external)})`;
  };
  yield `an idle socket of bare ws: ${say(bare)}`;
  for (const [what, seats] of [
    ['idle follower of a table', IMPLIED],
    ['idle subscriber, one filter of 1,000', SUBSCRIBED],
  ] as const) {
    const rowcast = startPart<Rowcast>('./feed-rowcast.ts');
    await rowcast.ask('prepare', { name: 'clubs', rows: 1000, edited: 1 });
    const ours = await perSocket(rowcast, seats);
    yield `an ${what}: ${say(ours)}, ratio ${((ours.heap + ours.external) / (bare.heap + bare.external)).toFixed(2)}, of RSS ${(ours.rss / bare.rss).toFixed(2)}`;
  }
}

/** Connects a tenth first, so that code and pools are there, then everybody, and divides the difference. */
async function perSocket<Able extends Pick<BareWs, 'held' | 'listen'>>(
  part: Part<Able>,
  seats: Seats,
): Promise<Held> {
  await using server = part as unknown as Part<BareWs>;
  const { port } = await server.ask('listen');
  await using crowd = startPart<Clients>('./feed-clients.ts');
  const first = SOCKETS / 10;
  await crowd.ask('connect', { ...CROWD, ...seats, port, sockets: first });
  const before = await server.ask('held');
  await crowd.ask('connect', { ...CROWD, ...seats, port, sockets: SOCKETS - first });
  const after = await server.ask('held');
  const share = (of: (held: Held) => number) => (of(after) - of(before)) / (SOCKETS - first);
  return {
    rss: share((held) => held.rss),
    heap: share((held) => held.heap),
    external: share((held) => held.external),
  };
}

function kilo(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
