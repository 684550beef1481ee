// All benchmarks, one after the other. Each puts Rowcast and a peer side by side in this run and prints the ratio.
//
// npm run bench             all
// npm run bench -- load     those whose name has this word

import { benchFeed } from './feed.ts';
import { benchLatency } from './latency.ts';
import { benchLoad } from './load.ts';
import { benchPollock } from './pollock.ts';
import { benchQueries } from './queries.ts';
import { benchReads } from './reads.ts';

const BENCHMARKS = {
  reads: benchReads,
  queries: benchQueries,
  load: benchLoad,
  latency: benchLatency,
  feed: benchFeed,
  pollock: benchPollock,
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  for await (const line of run()) console.log(line);
}
