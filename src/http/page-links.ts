// A page of rows → the links that lead to the others (RFC 8288).

import { controlOf } from '../query/controls.ts';
import type { Plan } from '../query/plan.ts';
import { formatRequest, type Request } from '../query/request.ts';
import type { Schema } from '../table/schema.ts';
import { type Paged, writeCursor } from './cursor.ts';

/** URLs of the first page, the one before, the one after, and the last; empty where there are no pages. */
export type PageLinks = readonly Readonly<{ relation: Relation; url: string }>[];
type Relation = 'first' | 'prev' | 'next' | 'last';

/** What a page's links say; all other parameters stay as they are. */
const REPLACED: Readonly<Record<Plan['paging']['kind'], readonly string[]>> = {
  none: [],
  // Aliases stand for the control, unless a field has their name.
  offset: ['_offset', '_start', '_end'],
  page: ['_page'],
  cursor: ['_cursor'],
};

/**
 * The links of a page; none without a limit, or with a limit of 0.
 * @param url the rows' URL, without a query
 * @param plan its limit and offset are those of the page
 * @param total how many rows match
 */
export function pageLinks(
  url: string,
  request: Request,
  plan: Plan,
  { fields }: Schema,
  paged: Paged,
  total: number,
): PageLinks {
  const { limit, offset } = plan;
  if (limit === null || limit === 0) return [];
  const replaced = REPLACED[plan.paging.kind].filter(
    (key) => controlOf(key) !== undefined || !fields.some(({ name }) => name === key),
  );
  const others = request.filter(([key]) => !replaced.includes(key));
  const isLimited = plan.paging.kind === 'page' || others.some(([key]) => key === '_limit');
  const kept: Request = isLimited ? others : [...others, ['_limit', String(limit)]];
  const link = (start: number, relation: Relation) => {
    const query = formatRequest([...kept, ...startOf(plan, limit, paged, start)]);
    return { relation, url: `${url}?${query}` };
  };
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  return [
    link(0, 'first'),
    ...(offset > 0 ? [link(Math.max(0, Math.min(offset - limit, last)), 'prev')] : []),
    ...(offset + limit < total ? [link(offset + limit, 'next')] : []),
    link(last, 'last'),
  ];
}

/** As the `Link` header has them; '' where there are none. */
export function linkHeader(links: PageLinks): string {
  return links.map(({ relation, url }) => `<${url}>; rel="${relation}"`).join(', ');
}

/** The parameter that says where a page begins, in the way in which the request did. */
function startOf({ paging }: Plan, limit: number, paged: Paged, start: number): Request {
  switch (paging.kind) {
    case 'page':
      return [['_page', String(Math.floor(start / limit) + 1)]];
    case 'cursor':
      return [['_cursor', writeCursor(paged, start)]];
    default:
      return start === 0 ? [] : [['_offset', String(start)]];
  }
}
