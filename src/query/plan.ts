// A request and a table → a frozen plan in which every name is resolved and every value cast, or all that is wrong.

import type { Fault, Problem } from '../problem.ts';
import { fieldType } from '../table/field-types.ts';
import type { Field, Schema } from '../table/schema.ts';
import { type ControlName, controlOf } from './controls.ts';
import { queryProblem, repeatedControl, unknownParameter, wrongControl, wrongValue } from './faults.ts';
import {
  DEFAULT_OPERATOR,
  isOperatorName,
  type Operand,
  type OperatorName,
  operatorsOf,
} from './operators.ts';
import type { Request } from './request.ts';

/** `column` is a field's position; a row satisfies it that compares so with any of the operands. */
export type Comparison = Readonly<{ column: number; operator: OperatorName; operands: readonly Operand[] }>;

/** What is to be answered of a table. */
export type Plan = Readonly<{
  /** All of them must hold. */
  where: readonly Comparison[];
  /** null: all rows that match. */
  limit: number | null;
  offset: number;
  /** The same for requests that mean the same, and different for others; empty for all rows of the table. */
  canonical: string;
}>;

export type Planned =
  | Readonly<{ kind: 'plan'; plan: Plan }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** The plan of a request without parameters. */
export const EVERYTHING: Plan = Object.freeze({
  where: Object.freeze([]),
  limit: null,
  offset: 0,
  canonical: '',
});

/** One parameter as it was meant. */
type Term = { readonly column: number; readonly operator: OperatorName; readonly operands: Operand[] };

/** @returns the plan, or the problem `invalid-query` whose `errors` list every fault */
export function planRequest(request: Request, schema: Schema): Planned {
  const columns = new Map(schema.fields.map(({ name }, index) => [name, index]));
  const faults: Fault[] = [];
  const terms = new Map<string, Term>();
  const controls = new Map<ControlName, number>();
  const seen = new Set<string>();
  for (const [key, text] of request) {
    const control = controlOf(key);
    if (control !== undefined) {
      const value = control.cast(text);
      if (seen.has(key)) faults.push(repeatedControl(key, text));
      else if (value === undefined) faults.push(wrongControl(control, text));
      else controls.set(control.name, value);
      seen.add(key);
      continue;
    }
    const target = terms.get(key) ?? resolve(key, columns, schema.fields);
    if (target === undefined) {
      if (!seen.has(key)) faults.push(unknownParameter(key, schema.fields, faults.length));
      seen.add(key);
      continue;
    }
    const field = schema.fields[target.column] as Field;
    const operand = fieldType(field.type).cast(text);
    if (operand === undefined) faults.push(wrongValue(key, field, text));
    else if (!target.operands.includes(operand)) target.operands.push(operand);
    terms.set(key, target);
  }
  if (faults.length > 0) return { kind: 'problem', problem: queryProblem(faults) };
  const limit = controls.get('_limit') ?? null;
  const offset = controls.get('_offset') ?? 0;
  const where = [...terms.values()];
  return {
    kind: 'plan',
    plan: freeze({ where, limit, offset, canonical: canonicalOf(where, limit, offset, schema) }),
  };
}

/** What a key names: a field, or a field and an operator behind the last `__`. A field of just that name comes first. */
function resolve(
  key: string,
  columns: ReadonlyMap<string, number>,
  fields: readonly Field[],
): Term | undefined {
  const exact = columns.get(key);
  if (exact !== undefined) return { column: exact, operator: DEFAULT_OPERATOR, operands: [] };
  const at = key.lastIndexOf('__');
  const column = at === -1 ? undefined : columns.get(key.slice(0, at));
  if (column === undefined) return undefined;
  const operator = key.slice(at + 2);
  const isTaken = operatorsOf((fields[column] as Field).type).some(({ name }) => name === operator);
  return isTaken && isOperatorName(operator) ? { column, operator, operands: [] } : undefined;
}

function canonicalOf(where: readonly Term[], limit: number | null, offset: number, schema: Schema): string {
  if (where.length === 0 && limit === null && offset === 0) return '';
  const comparisons = where.map(({ column, operator, operands }) =>
    JSON.stringify([
      schema.fields[column]?.name,
      operator,
      operands.map((operand) => JSON.stringify(operand)).sort(),
    ]),
  );
  return JSON.stringify([[...new Set(comparisons)].sort(), limit, offset]);
}

function freeze(plan: Plan): Plan {
  for (const comparison of plan.where) Object.freeze(comparison.operands) && Object.freeze(comparison);
  Object.freeze(plan.where);
  return Object.freeze(plan);
}
