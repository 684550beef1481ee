// A draft and what was found → the body of the answer, and the headers that tell of it.

import type { Selection } from '../query/execute.ts';
import type { Plan } from '../query/plan.ts';
import type { Draft } from './draft.ts';
import { rowWriter } from './json-writer.ts';
import { linkHeader, type PageLinks, pageLinks } from './page-links.ts';
import type { RowsRepresentation, Written } from './representations.ts';
import { type RowShape, type RowWriter, WHOLE_ROW } from './row-writer.ts';
import type { Body } from './send.ts';
import { writeRows } from './stream.ts';

/** Rows in a representation. */
export function represent(draft: Draft, rows: RowsRepresentation, selection: Selection): Body {
  const { target, plan, meant, row } = draft;
  const { table, name } = target.entry;
  const written: Written = {
    table,
    name,
    url: target.url,
    request: meant.request,
    plan,
    shape: shapeOf(draft),
    embed: embedderOf(draft),
    total: selection.total,
    count: selection.count,
    links: linksOf(draft, selection.total),
  };
  const writer =
    row !== null && rows.oneWriter !== undefined ? rows.oneWriter(written) : rows.writer(written);
  return writeRows(writer, selection);
}

/** The `Link` of a plan: a plan with a limit belongs to one request on one version, whose total is always the same. */
const links = new WeakMap<Plan, string>();

/** How many rows match, and where the other pages are; one row alone has neither. */
export function headersOf(draft: Draft, total: number): Record<string, string> {
  if (draft.row !== null) return {};
  let link = links.get(draft.plan);
  if (link === undefined || draft.target.scope !== null) {
    link = linkHeader(linksOf(draft, total));
    if (draft.plan.limit !== null) links.set(draft.plan, link);
  }
  const headers = { 'x-total-count': String(total) };
  return link === '' ? headers : { ...headers, link };
}

function linksOf({ target, meant, plan, paged, row }: Draft, total: number): PageLinks {
  return row === null && meant.isLinked
    ? pageLinks(target.url, meant.request, plan, target.entry.table.schema, paged, total)
    : [];
}

function shapeOf({ plan: { fields, isPhysical } }: Draft): RowShape {
  return fields === null && !isPhysical ? WHOLE_ROW : { columns: fields, isPhysical };
}

/** Related rows are whole; their cells are values or texts like those of the rows that embed them. */
function embedderOf({ embeds, plan: { isPhysical } }: Draft): (own: RowWriter) => RowWriter {
  if (embeds === null) return (own) => own;
  const shape = isPhysical ? { ...WHOLE_ROW, isPhysical } : WHOLE_ROW;
  return (own) => embeds.writer(own, (other) => rowWriter(other, shape));
}
