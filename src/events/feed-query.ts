// The query of a feed's URL → the tables that its implied subscription follows.

import { type Fault, nearest, type Problem } from '../problem.ts';

const PARAMETERS = ['table'];

/** `tables` are names; null stands for all tables, those to come too. */
export type FeedQuery =
  | Readonly<{ kind: 'follow'; tables: ReadonlySet<string> | null }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/**
 * Reads `?table=a&table=b`. A table need not exist: its events arrive once it does. `?table=` alone follows none.
 * @param url path and query, as requested
 */
export function readFeedQuery(url: string): FeedQuery {
  const start = url.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
  const unknown = [...new Set(query.keys())].filter((parameter) => !PARAMETERS.includes(parameter));
  if (unknown.length > 0) return { kind: 'problem', problem: unknownParameters(unknown) };
  if (!query.has('table')) return { kind: 'follow', tables: null };
  const names = query.getAll('table').filter((name) => name !== '');
  return { kind: 'follow', tables: new Set(names.map((name) => name.normalize('NFC'))) };
}

function unknownParameters(names: readonly string[]): Problem {
  const errors = names.map((parameter): Fault => {
    const meant = nearest(parameter, PARAMETERS);
    return {
      parameter,
      code: 'unknown-parameter',
      message: `The feed has no parameter ${JSON.stringify(parameter)}.`,
      allowed: PARAMETERS,
      ...(meant === undefined ? {} : { nearest: meant }),
    };
  });
  return { code: 'invalid-query', detail: 'The feed takes only `table`, any number of times.', errors };
}
