// A plan → what has to be made of the table's columns before it runs, and what would make it faster next time.

import type { Table } from '../table/table.ts';
import type { TextForm } from './fold.ts';
import type { IndexNeed } from './indexes.ts';
import type { Comparison, Plan, Predicate } from './plan.ts';

/**
 * What execution cannot do without: orders for sorting, distinct rows and summaries, texts for searches that ignore
 * case. Conditions need no index: a scan is a matter of milliseconds.
 */
export function neededIndexes(plan: Plan, table: Table): readonly IndexNeed[] {
  const needs = needList(table);
  for (const { column } of plan.sort) needs.order(column, plan.collate);
  if (plan.distinct !== null) needs.order(plan.distinct);
  if (plan.search.length > 0) for (const column of searchedColumns(table)) needs.texts(column, 'folded');
  for (const { column, operator } of comparisonsOf(plan.where)) {
    if (isCaseless(operator)) needs.texts(column, 'lower');
  }
  const { summary } = plan;
  if (summary === null) return needs.list();
  for (const column of summary.kind === 'group' ? summary.by : summary.columns) needs.order(column);
  if (summary.kind !== 'group') return needs.list();
  for (const { column, fn } of summary.aggregates) {
    if (column === null) continue;
    const isOrdered = table.columns[column]?.kind === 'text' && (fn === 'min' || fn === 'max');
    if (isOrdered || fn === 'distinct') needs.order(column);
  }
  return needs.list();
}

/** Indexes that are quickly made and spare the scan of a column's equalities and ranges. */
export function wantedIndexes(plan: Plan, table: Table): readonly IndexNeed[] {
  const needs = needList(table);
  for (const { column, operator } of comparisonsOf(plan.where)) {
    const cells = table.columns[column];
    const isCheap = cells !== undefined && (cells.kind !== 'text' || cells.codes !== null);
    if (isCheap && RANKED.has(operator)) needs.order(column);
  }
  return needs.list();
}

const RANKED: ReadonlySet<string> = new Set(['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'between']);

/** Whether an operator compares both sides in lower case. */
export function isCaseless(operator: string): boolean {
  return operator !== 'in' && operator !== 'isnull' && operator.startsWith('i');
}

/** The columns that `_q` looks into: those of string fields. */
export function searchedColumns(table: Table): readonly number[] {
  return table.schema.fields.flatMap(({ type }, column) => (type === 'string' ? [column] : []));
}

function* comparisonsOf(predicate: Predicate | null): Generator<Comparison> {
  if (predicate === null) return;
  if (predicate.kind === 'compare') yield predicate;
  else if (predicate.kind === 'not') yield* comparisonsOf(predicate.part);
  else for (const part of predicate.parts) yield* comparisonsOf(part);
}

/** Collects needs, each once. */
function needList(table: Table) {
  const needs = new Map<string, IndexNeed>();
  const isText = (column: number) => table.columns[column]?.kind === 'text';
  return {
    order(column: number, collate: string | null = null) {
      const locale = isText(column) ? collate : null;
      needs.set(`order ${column} ${locale}`, { kind: 'order', column, collate: locale });
    },
    texts(column: number, form: TextForm) {
      if (isText(column)) needs.set(`${form} ${column}`, { kind: 'texts', column, form });
    },
    list: (): readonly IndexNeed[] => [...needs.values()],
  };
}
