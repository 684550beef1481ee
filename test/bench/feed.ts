// The feed: one edit to thousands of sockets, filters, idle subscribers, and edits in quick succession.

import { benchFanOut } from './feed-fan-out.ts';
import { benchFilters } from './feed-filters.ts';
import { benchIdle } from './feed-idle.ts';
import { benchFileRush, benchRush } from './feed-rush.ts';

const PARTS = [benchFanOut, benchFilters, benchIdle, benchRush, benchFileRush];

export async function* benchFeed(): AsyncGenerator<string> {
  for (const part of PARTS) yield* part();
}
