// Conditions and controls, as they stand there → a frozen plan, or all that is wrong with them.

import type { Fault } from '../problem.ts';
import type { Schema } from '../table/schema.ts';
import { outputsOf } from './aggregates.ts';
import { canonicalText } from './canonical.ts';
import type { FormatName } from './controls.ts';
import { queryProblem, unknownName } from './faults.ts';
import { fold } from './fold.ts';
import { type Controls, type Given, readColumn, readColumns, readNames, readText } from './given.ts';
import { countTerms, normalize } from './normalize.ts';
import { readLocale, readSort } from './order.ts';
import { planPaging } from './paging.ts';
import type { Plan, PlanContext, Planned, Predicate } from './plan.ts';
import { fieldsOf, type Subjects } from './subjects.ts';
import { planSummary } from './summary.ts';
import { checkTogether } from './together.ts';
import { MOST_TERMS, readGivenTree, tooManyTerms } from './where.ts';

/** A request, whatever it came as: `order` is what `_order` says beside `_sort`. */
export type Asked = Readonly<{
  conditions: readonly Predicate[];
  controls: Controls;
  order: Given | undefined;
}>;

/** @param faults those found before: with them, no plan is made */
export function buildPlan(asked: Asked, schema: Schema, { embeds }: PlanContext, faults: Fault[]): Planned {
  const { controls, order } = asked;
  const fields = fieldsOf(schema);
  checkTogether(controls, faults);
  const where = planWhole(asked, fields, faults);
  const summary = planSummary(controls, order, fields, faults);
  const keys = summary === null ? readSort(controls.get('_sort'), order, fields, faults) : [];
  const sort = keys.map(({ position, isDescending }) => ({ column: position, isDescending }));
  const collate = readLocale(controls.get('_collate'), faults);
  const text = (name: '_types' | '_safe' | '_format' | '_q') => {
    const given = controls.get(name);
    return given === undefined ? undefined : readText(given, name, faults);
  };
  const distinct = controls.get('_distinct');
  const fieldList = controls.get('_fields');
  const answered = fieldList === undefined ? undefined : readColumns(fieldList, '_fields', fields, faults);
  const plan: Omit<Plan, 'canonical'> = {
    where,
    search: wordsOf(text('_q') ?? ''),
    sort,
    collate: isTextSorted(sort, summary, fields) ? collate : null,
    distinct: distinct === undefined ? null : (readColumn(distinct, '_distinct', fields, faults) ?? null),
    ...planPaging(controls, faults),
    fields:
      answered === undefined || answered.length === fields.list.length
        ? null
        : answered.toSorted((a, b) => a - b),
    embeds: readEmbeds(controls.get('_embed'), embeds, faults),
    isPhysical: text('_types') !== undefined,
    isSafe: text('_safe') !== undefined,
    format: (text('_format') as FormatName | undefined) ?? null,
    summary,
  };
  if (faults.length > 0) return { kind: 'problem', problem: queryProblem(faults) };
  const canonical = canonicalText({ ...plan, canonical: '' }, schema);
  return { kind: 'plan', plan: freezeAll({ ...plan, canonical }) };
}

/** All conditions in normal form; null when there are none. */
function planWhole({ conditions, controls }: Asked, fields: Subjects, faults: Fault[]): Predicate | null {
  const given = controls.get('_where');
  const tree = given === undefined ? [] : [readGivenTree(given, fields, faults)];
  const whole = normalize({ kind: 'and', parts: [...conditions, ...tree] });
  const isMuch = faults.length === 0 && countTerms(whole) > MOST_TERMS;
  if (isMuch) faults.push(tooManyTerms(given?.place ?? {}));
  return whole.kind === 'and' && whole.parts.length === 0 ? null : whole;
}

/** Words that others contain say nothing more. */
function wordsOf(text: string): readonly string[] {
  const words = [...new Set(fold(text).split(/\s+/u))].filter((word) => word !== '');
  return words.filter((word) => !words.some((other) => other !== word && other.includes(word))).sort();
}

function readEmbeds(given: Given | undefined, names: readonly string[], faults: Fault[]): readonly string[] {
  if (given === undefined) return [];
  const asked = readNames(given, '_embed', faults);
  for (const name of asked) {
    if (!names.includes(name)) faults.push(unknownName(given.place, 'relation', name, names, faults.length));
  }
  return asked.toSorted();
}

/** A language orders text and nothing else. */
function isTextSorted(sort: Plan['sort'], summary: Plan['summary'], fields: Subjects): boolean {
  if (summary?.kind === 'group') {
    const outputs = outputsOf(summary.by, summary.aggregates, fields);
    return summary.sort.some(({ output }) => outputs[output]?.type === 'string');
  }
  return sort.some(({ column }) => fields.list[column]?.type === 'string');
}

function freezeAll<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeAll(member);
  return Object.freeze(value);
}
