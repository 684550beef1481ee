// The query of a feed's URL → the tables that its implied subscriptions follow, and as whom.

import { type Fault, nearest, type Problem } from '../problem.ts';
import { queryProblem } from '../query/faults.ts';
import { nameProblem } from './view/followed-query.ts';

const PARAMETERS = ['table', 'name'];

/** `tables` are names; null stands for all tables, those to come too. */
export type FeedQuery =
  | Readonly<{ kind: 'follow'; tables: ReadonlySet<string> | null; name: string | null }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/**
 * Reads `?table=a&table=b&name=me`. A table need not exist: its events arrive once it does. `?table=` alone follows
 * none.
 * @param url path and query, as requested
 * @param mostTables as many may be named
 */
export function readFeedQuery(url: string, mostTables: number): FeedQuery {
  const start = url.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
  const unknown = [...new Set(query.keys())].filter((parameter) => !PARAMETERS.includes(parameter));
  if (unknown.length > 0) return { kind: 'problem', problem: unknownParameters(unknown) };
  const name = query.getAll('name').at(-1) ?? '';
  const problem = nameProblem('name', name);
  if (problem !== null) return { kind: 'problem', problem };
  const tables = query.has('table') ? query.getAll('table').filter((table) => table !== '') : null;
  const names = tables === null ? null : new Set(tables.map((table) => table.normalize('NFC')));
  if (names !== null && names.size > mostTables)
    return { kind: 'problem', problem: tooManyTables(names.size, mostTables) };
  return { kind: 'follow', tables: names, name: name || null };
}

function tooManyTables(found: number, most: number): Problem {
  const message = `A socket follows ${most} tables by their names at most: these are ${found}. Without any it follows all.`;
  return queryProblem([{ parameter: 'table', code: 'too-many', message }]);
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
  const detail = 'The feed takes only `table`, any number of times, and `name`.';
  return { code: 'invalid-query', detail, errors };
}
