// The body of `POST /api/{table}/_search` → the plan that the same query in a URL would make.

import type { Fault, Problem } from '../problem.ts';
import type { Schema } from '../table/schema.ts';
import { buildPlan } from './build.ts';
import { CONTROLS, type ControlName } from './controls.ts';
import { fault, queryProblem, quoted, unknownName } from './faults.ts';
import type { Given } from './given.ts';
import { normalize } from './normalize.ts';
import type { PlanContext, Planned, Predicate } from './plan.ts';
import { fieldsOf } from './subjects.ts';
import { readTree } from './where.ts';

/** The members of a search, with the control that says the same in a URL. */
export const SEARCH_MEMBERS: readonly Readonly<{ name: string; control: ControlName }>[] = CONTROLS.flatMap(
  ({ member, name }) => (member === undefined ? [] : [{ name: member, control: name }]),
);

/**
 * Plans a search.
 * @param body any JSON: an object of `where`, `sort`, `limit`, … is taken
 * @returns the plan, or the problem `invalid-query`, whose faults have a `pointer` into the body
 */
export function planSearch(body: unknown, schema: Schema, context: PlanContext = { embeds: [] }): Planned {
  const faults: Fault[] = [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const message = `A search is an object, such as {"where": {}, "limit": 10}: ${quoted(body)} is none.`;
    faults.push(fault({ pointer: '' }, 'wrong-shape', message, body));
    return { kind: 'problem', problem: queryProblem(faults) };
  }
  const controls = new Map<ControlName, Given>();
  for (const [name, value] of Object.entries(body)) {
    const member = SEARCH_MEMBERS.find((each) => each.name === name);
    const place = { pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` };
    if (member !== undefined) controls.set(member.control, { place, value, isText: false });
    else {
      const names = SEARCH_MEMBERS.map((each) => each.name);
      faults.push(unknownName(place, 'member', name, names, faults.length));
    }
  }
  return buildPlan({ conditions: [], controls, order: undefined }, schema, context, faults);
}

/** Plans a tree of conditions alone, as a subscription has it; `null` stands for no condition. */
export function planWhere(
  tree: unknown,
  schema: Schema,
):
  | Readonly<{ kind: 'predicate'; predicate: Predicate | null }>
  | Readonly<{ kind: 'problem'; problem: Problem }> {
  const faults: Fault[] = [];
  const predicate = normalize(readTree(tree, fieldsOf(schema), {}, faults));
  if (faults.length > 0) return { kind: 'problem', problem: queryProblem(faults) };
  const isNone = predicate.kind === 'and' && predicate.parts.length === 0;
  return { kind: 'predicate', predicate: isNone ? null : predicate };
}
