// What a subscription asks for → the plan by which rows are judged and written, for one schema.

import type { Fault, Problem } from '../../problem.ts';
import type { ControlName } from '../../query/controls.ts';
import { fault, queryProblem } from '../../query/faults.ts';
import { resolveKey } from '../../query/keys.ts';
import { formatList } from '../../query/operands.ts';
import { EVERYTHING, type Plan, type Planned, planRequest, planSearch } from '../../query/plan.ts';
import { parseRequest, type Request } from '../../query/request.ts';
import { fieldsOf, type Subjects } from '../../query/subjects.ts';
import type { Schema } from '../../table/schema.ts';

/**
 * What a client asks for: a tree of conditions or the query of a URL, which exclude each other, and the fields to tell.
 */
export type Wish = Readonly<{ where?: unknown; query?: string; fields?: readonly string[] }>;

/** `canonical` is the query of a URL that asks for the same; empty for everything. */
export type Filter = Readonly<{ plan: Plan; canonical: string }>;

export type PlannedFilter =
  | Readonly<{ kind: 'filter'; filter: Filter }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** All rows with all their fields. */
export const EVERYTHING_WISH: Wish = Object.freeze({});
const EVERY_ROW: PlannedFilter = Object.freeze({
  kind: 'filter',
  filter: Object.freeze({ plan: EVERYTHING, canonical: '' }),
});

/** What a followed query may have beside conditions: whatever says which rows there are, and what is in them. */
const FOLLOWED: ReadonlySet<string> = new Set<ControlName | 'q'>(['_where', '_q', '_fields', '_types', 'q']);

/** A wish as planned for the last schemas that it met, the latest at the end: a change has two at most. */
const plannedFor = new WeakMap<Wish, readonly Readonly<{ schema: string; planned: PlannedFilter }>[]>();
const MOST_SCHEMAS = 2;

/**
 * Plans what a client asks for; the same wish and schema are planned once.
 * @returns the filter, or the problem with a fault for each member or parameter that is wrong
 */
export function planFilter(wish: Wish, schema: Schema): PlannedFilter {
  if (isEverything(wish)) return EVERY_ROW;
  const known = plannedFor.get(wish) ?? [];
  const shape = shapeOf(schema);
  const found = known.find((each) => each.schema === shape);
  if (found !== undefined) return found.planned;
  const planned = plan(wish, schema);
  plannedFor.set(wish, [...known, { schema: shape, planned }].slice(-MOST_SCHEMAS));
  return planned;
}

/** Whether a wish is for all there is, whatever the schema. */
export function isEverything({ where, query, fields }: Wish): boolean {
  const isAnyRow =
    where === undefined || (typeof where === 'object' && where !== null && isEmptyObject(where));
  return isAnyRow && (query ?? '') === '' && fields === undefined;
}

const shapes = new WeakMap<Schema, string>();

/** What plans depend on of a schema, as text: schemas of one shape make equal plans of a wish. */
export function shapeOf(schema: Schema): string {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = JSON.stringify(schema.fields.map(({ name, type }) => [name, type]));
    shapes.set(schema, shape);
  }
  return shape;
}

function plan({ where, query, fields }: Wish, schema: Schema): PlannedFilter {
  if (query !== undefined) return planQuery(query, fields, schema);
  const search = { ...(where === undefined ? {} : { where }), ...(fields === undefined ? {} : { fields }) };
  return filterOf(planSearch(search, schema));
}

function planQuery(query: string, names: readonly string[] | undefined, schema: Schema): PlannedFilter {
  const parsed = parseRequest(query);
  if (parsed.kind === 'problem') return parsed;
  const fields = fieldsOf(schema);
  const isFollowed = ([key]: Request[number]) => whyNot(key, fields) === null;
  const given = parsed.request.filter(isFollowed);
  const others = new Set(parsed.request.filter((pair) => !isFollowed(pair)).map(([key]) => key));
  const planned = planRequest(
    names === undefined ? given : [...given, ['_fields', formatList(names)]],
    schema,
  );
  if (others.size === 0) return filterOf(planned);
  const faults = [...others].map((key) => whyNot(key, fields) as Fault);
  const more = planned.kind === 'problem' ? (planned.problem.errors ?? []) : [];
  return { kind: 'problem', problem: queryProblem([...faults, ...more]) };
}

/** Why a parameter cannot be followed; null: it can, or is wrong in another way. */
function whyNot(key: string, fields: Subjects): Fault | null {
  const target = resolveKey(key, fields);
  if (target === undefined || target.kind === 'field' || FOLLOWED.has(target.name)) return null;
  const message = `Changes are told row by row, as they come: ${target.name} is for reading, and cannot be followed.`;
  return fault({ parameter: key }, 'not-followable', message, key);
}

function filterOf(planned: Planned): PlannedFilter {
  if (planned.kind === 'problem') return planned;
  const filter = Object.freeze({ plan: planned.plan, canonical: planned.plan.canonical });
  return Object.freeze({ kind: 'filter', filter });
}

function isEmptyObject(value: object): boolean {
  return !Array.isArray(value) && Object.keys(value).length === 0;
}
