// The query of a followed URL → what is followed, since when, and as whom.

import type { Problem } from '../../problem.ts';
import { queryProblem, repeatedControl } from '../../query/faults.ts';

/** `query` is what is left, as it was written. `since`: a position or an event's id; `name`: for presence. */
export type FollowedQuery =
  | Readonly<{ kind: 'followed'; query: string; since: string | null; name: string | null }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** What a followed URL takes beside what says which rows. */
export const FOLLOWED_NAMES = ['_since', '_name'] as const;
/** The longest name that a client may give itself. */
const LONGEST_NAME = 100;

/** Takes `_since=` and `_name=` out of a query; an empty one is none. */
export function readFollowedQuery(text: string): FollowedQuery {
  const taken: Record<'_since' | '_name', string[]> = { _since: [], _name: [] };
  const others = text.split('&').filter((part) => {
    const [[name, value] = ['', '']] = new URLSearchParams(part);
    if (name !== '_since' && name !== '_name') return true;
    taken[name].push(value);
    return false;
  });
  const faults = FOLLOWED_NAMES.flatMap((name) =>
    taken[name].slice(1).map((value) => repeatedControl(name, value)),
  );
  const [since = '', name = ''] = [taken._since[0], taken._name[0]];
  const problem = faults.length > 0 ? queryProblem(faults) : nameProblem('_name', name);
  if (problem !== null) return { kind: 'problem', problem };
  return { kind: 'followed', query: others.join('&'), since: since || null, name: name || null };
}

/** The problem of a name that is too long; null: it is not. */
export function nameProblem(parameter: string, name: string): Problem | null {
  if (name.length <= LONGEST_NAME) return null;
  const message = `A name has at most ${LONGEST_NAME} characters: this one has ${name.length}.`;
  return queryProblem([{ parameter, code: 'wrong-value', message }]);
}
