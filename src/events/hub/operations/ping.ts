// ping → pong.

import type { Answer } from './operation.ts';

/** Tells that the server hears. */
export function ping(): Answer {
  return { reply: { type: 'pong' } };
}
