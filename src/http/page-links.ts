// A page of rows → the Link header that leads to the others (RFC 8288).

import type { Plan } from '../query/plan.ts';
import { formatRequest, type Request } from '../query/request.ts';

/**
 * The links of a page, or '' when there are no pages: without `_limit`, or with a limit of 0.
 * @param url the table's URL, without a query
 * @param total how many rows match
 */
export function pageLinks(url: string, request: Request, { limit, offset }: Plan, total: number): string {
  if (limit === null || limit === 0) return '';
  const others = request.filter(([key]) => key !== '_offset');
  const link = (start: number, relation: string) => {
    const query = formatRequest(start === 0 ? others : [...others, ['_offset', String(start)]]);
    return `<${url}?${query}>; rel="${relation}"`;
  };
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  return [
    link(0, 'first'),
    ...(offset > 0 ? [link(Math.max(0, Math.min(offset - limit, last)), 'prev')] : []),
    ...(offset + limit < total ? [link(offset + limit, 'next')] : []),
    link(last, 'last'),
  ].join(', ');
}
