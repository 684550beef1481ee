// A plan → the query of a URL that asks for the same: one text for all the ways to ask.

import type { Schema } from '../table/schema.ts';
import { COUNT_ROWS, outputsOf } from './aggregates.ts';
import type { ControlName } from './controls.ts';
import { resolveKey } from './keys.ts';
import { formatList, isTextual } from './operands.ts';
import { formatSort } from './order.ts';
import { PAGE_SIZE } from './paging.ts';
import type { Comparison, Plan, Predicate, Summary } from './plan.ts';
import { formatRequest } from './request.ts';
import { fieldsOf, type Subjects, subjectAt, subjectsOf } from './subjects.ts';
import { predicateOf } from './summary.ts';
import { writeTree } from './write-tree.ts';

type Pair = readonly [key: string, value: string];

/**
 * Writes a plan as the query of a URL, without the `?`: conditions as parameters where there is one that says it, else
 * in `_where`. Equal plans make equal texts. Read again it makes the same plan.
 */
export function formatPlan(plan: Plan, schema: Schema): string {
  const fields = fieldsOf(schema);
  const { parameters, tree } = formatConditions(plan.where, fields);
  const texts = (columns: readonly number[] | null) =>
    columns?.map((column) => subjectAt(fields, column).name) ?? [];
  const pairs: Pair[] = [
    ...parameters,
    ...(tree === null ? [] : [['_where', writeTree(tree, fields)] as const]),
    ...one('_q', plan.search.length === 0 ? null : plan.search.join(' ')),
    ...list('_fields', texts(plan.fields)),
    ...one('_distinct', plan.distinct === null ? null : subjectAt(fields, plan.distinct).name),
    ...list('_embed', plan.embeds),
    ...formatSummary(plan.summary, fields),
    ...formatKeys(
      plan.sort.map(({ column, isDescending }) => ({ position: column, isDescending })),
      fields,
    ),
    ...one('_collate', plan.collate),
    ...one('_types', plan.isPhysical ? 'string' : null),
    ...one('_safe', plan.isSafe ? '1' : null),
    ...one('_format', plan.format),
    ...formatPaging(plan),
  ];
  return formatRequest(pairs);
}

/** The canonical text of a plan: {@link formatPlan} without the format, which is the representation's to say. */
export function canonicalText(plan: Plan, schema: Schema): string {
  return formatPlan({ ...plan, format: null }, schema);
}

/** The conditions that a parameter can say, as parameters, and the others. */
function formatConditions(
  where: Predicate | null,
  fields: Subjects,
): Readonly<{ parameters: readonly Pair[]; tree: Predicate | null }> {
  const parts = where === null ? [] : where.kind === 'and' ? where.parts : [where];
  const parameters = new Map<string, string>();
  const others: Predicate[] = [];
  for (const part of parts) {
    const pair = part.kind === 'compare' ? formatComparison(part, fields) : undefined;
    if (pair === undefined || parameters.has(pair[0])) others.push(part);
    else parameters.set(...pair);
  }
  const [first] = others;
  const tree = others.length > 1 ? { kind: 'and' as const, parts: others } : (first ?? null);
  return { parameters: [...parameters], tree };
}

/** A comparison as a parameter; undefined where its key would mean something else. */
function formatComparison(
  { column, operator, operands }: Comparison,
  fields: Subjects,
): [string, string] | undefined {
  const { name, type } = subjectAt(fields, column);
  if (!operands.every((operand) => isTextual(type, operand))) return undefined;
  const isOne = operands.length === 1;
  const many = operator === 'eq' ? 'in' : operator === 'ne' ? 'nin' : operator;
  const key = operator === 'eq' && isOne ? name : `${name}__${isOne ? operator : many}`;
  const value = isOne ? String(operands[0]) : formatList(operands);
  for (const each of key === name ? [name, `${name}__eq`] : [key]) {
    const target = resolveKey(each, fields);
    const isRead = target?.kind === 'field' && target.column === column;
    if (isRead && target.operator === (isOne ? operator : many)) return [each, value];
  }
  return undefined;
}

function formatSummary(summary: Summary | null, fields: Subjects): readonly Pair[] {
  if (summary === null) return [];
  const names = (columns: readonly number[]) => columns.map((column) => subjectAt(fields, column).name);
  if (summary.kind === 'facet') return list('_facet', names(summary.columns));
  if (summary.kind === 'stats') return list('_stats', names(summary.columns));
  const { by, aggregates, having, sort } = summary;
  const outputs = subjectsOf('result', outputsOf(by, aggregates, fields));
  const isUsual = aggregates.length === 1 && aggregates[0]?.name === COUNT_ROWS.name;
  return [
    ...list('_group', names(by)),
    ...list('_agg', isUsual ? [] : aggregates.map(({ name }) => name)),
    ...one('_having', having === null ? null : writeTree(predicateOf(having), outputs)),
    ...formatKeys(
      sort.map(({ output, isDescending }) => ({ position: output, isDescending })),
      outputs,
    ),
  ];
}

function formatKeys(keys: Parameters<typeof formatSort>[0], subjects: Subjects): readonly Pair[] {
  const { names, order } = formatSort(keys, subjects);
  return [...list('_sort', names), ...(order === null ? [] : [['_order', order] as const])];
}

function formatPaging({ paging, limit, offset }: Plan): readonly Pair[] {
  switch (paging.kind) {
    case 'page':
      return [
        ['_page', String(paging.page)],
        ...one('_per_page', limit === PAGE_SIZE ? null : String(limit)),
      ];
    case 'cursor':
      return [['_cursor', paging.cursor], ...one('_limit', limit === null ? null : String(limit))];
    default:
      return [
        ...one('_limit', limit === null ? null : String(limit)),
        ...one('_offset', offset === 0 ? null : String(offset)),
      ];
  }
}

function one(name: ControlName, value: string | null): readonly Pair[] {
  return value === null ? [] : [[name, value]];
}

function list(name: ControlName, names: readonly string[]): readonly Pair[] {
  return names.length === 0 ? [] : [[name, formatList(names)]];
}
