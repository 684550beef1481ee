// The controls that choose a part of the rows → a limit, an offset, and how the other parts are found.

import type { Fault } from '../problem.ts';
import { fault } from './faults.ts';
import { type Controls, readCount, readText } from './given.ts';
import type { Plan } from './plan.ts';

/** How many rows a page has where nothing says so. */
export const PAGE_SIZE = 10;

type Part = Pick<Plan, 'limit' | 'offset' | 'paging'>;

/** `_page` takes its size from `_per_page`, or from `_limit`, as json-server had it first. */
export function planPaging(controls: Controls, faults: Fault[]): Part {
  const count = (name: '_limit' | '_offset' | '_page' | '_per_page') => {
    const given = controls.get(name);
    return given === undefined ? undefined : readCount(given, name, faults);
  };
  const size = count('_per_page') ?? count('_limit');
  const offset = count('_offset') ?? 0;
  const cursor = controls.get('_cursor');
  if (cursor !== undefined) {
    const text = readText(cursor, '_cursor', faults) ?? '';
    return { limit: size ?? null, offset: 0, paging: { kind: 'cursor', cursor: text } };
  }
  const page = count('_page') ?? (controls.has('_per_page') ? 1 : undefined);
  if (page !== undefined) return pageOf(page, size ?? PAGE_SIZE, controls, faults);
  const isAll = size === undefined && offset === 0;
  return { limit: size ?? null, offset, paging: { kind: isAll ? 'none' : 'offset' } };
}

function pageOf(page: number, size: number, controls: Controls, faults: Fault[]): Part {
  const offset = (page - 1) * size;
  const given = controls.get('_page');
  if (size === 0 && given !== undefined) {
    const message = 'A page has one row at least: leave _page out, or let _limit be 1 or more.';
    faults.push(fault(controls.get('_limit')?.place ?? given.place, 'wrong-value', message, '0'));
  } else if (!Number.isSafeInteger(offset) && given !== undefined) {
    faults.push(
      fault(
        given.place,
        'wrong-value',
        `No table has so many rows: page ${page} is past every end.`,
        given.value,
      ),
    );
  }
  return { limit: size, offset, paging: { kind: 'page', page } };
}
