// A request and a table → a frozen plan in which every name is resolved and every value cast, or all that is wrong.

import type { Fault, Problem } from '../problem.ts';
import type { Schema } from '../table/schema.ts';
import { translateAliases } from './aliases.ts';
import { buildPlan } from './build.ts';
import type { FormatName } from './controls.ts';
import { sortOut } from './keys.ts';
import type { Operand, OperatorName } from './operators.ts';
import type { Request } from './request.ts';
import { fieldsOf } from './subjects.ts';

export { planSearch, planWhere } from './search.ts';

/** A condition on a row, resolved and cast against one table's schema. Two-valued: `not` is plain negation. */
export type Predicate =
  | Comparison
  /** An empty `and` holds, an empty `or` does not. */
  | Readonly<{ kind: 'and' | 'or'; parts: readonly Predicate[] }>
  | Readonly<{ kind: 'not'; part: Predicate }>;

/**
 * One comparison of a field, by its position. `operands` by operator: eq, in and all text operators: any of them;
 * ne, nin: none of them; gt, gte, lt, lte: any of them; between: exactly two; isnull: one boolean; like, ilike: the
 * pattern's text.
 */
export type Comparison = Readonly<{
  kind: 'compare';
  column: number;
  operator: OperatorName;
  operands: readonly Operand[];
}>;

export type SortKey = Readonly<{ column: number; isDescending: boolean }>;

export type AggregateName = 'count' | 'sum' | 'mean' | 'min' | 'max' | 'distinct';
/** `name` is how the answer calls it: `sum(total)`, `count()` (of rows; `count(a)` counts those that are not null). */
export type Aggregate = Readonly<{ fn: AggregateName; column: number | null; name: string }>;

/** A condition on a group's results: `output` indexes into the fields grouped by, then the aggregates. */
export type Having =
  | Readonly<{ kind: 'compare'; output: number; operator: OperatorName; operands: readonly Operand[] }>
  | Readonly<{ kind: 'and' | 'or'; parts: readonly Having[] }>
  | Readonly<{ kind: 'not'; part: Having }>;

/** What is answered instead of rows. For a facet `limit` is the number of values of each field. */
export type Summary =
  | Readonly<{ kind: 'facet'; columns: readonly number[] }>
  | Readonly<{ kind: 'stats'; columns: readonly number[] }>
  | Readonly<{
      kind: 'group';
      by: readonly number[];
      aggregates: readonly Aggregate[];
      having: Having | null;
      sort: readonly Readonly<{ output: number; isDescending: boolean }>[];
    }>;

export type Paging =
  /** No `_limit`: all rows. */
  | Readonly<{ kind: 'none' }>
  /** `_limit`, `_offset` or both (also `_start`, `_end`). */
  | Readonly<{ kind: 'offset' }>
  /** `_page`, from 1: limit and offset are set accordingly. */
  | Readonly<{ kind: 'page'; page: number }>
  /** '' begins. The offset is for the caller to find, which knows what it wrote into the cursor. */
  | Readonly<{ kind: 'cursor'; cursor: string }>;

/** What is to be answered of a table. */
export type Plan = Readonly<{
  where: Predicate | null;
  /** Words of `_q`, folded: all must occur in some text field. */
  search: readonly string[];
  sort: readonly SortKey[];
  /** A BCP 47 locale by which text is ordered; null: by code point. */
  collate: string | null;
  /** One row for each different value of this column: the first in the order of the answer. */
  distinct: number | null;
  /** null: all that match. */
  limit: number | null;
  offset: number;
  paging: Paging;
  /** The columns answered, ascending; null: all. */
  fields: readonly number[] | null;
  /** Names of relations, for the caller to resolve. */
  embeds: readonly string[];
  /** Cells as they stand in the file (`_types=string`). */
  isPhysical: boolean;
  /** No cell of a CSV answer is a formula (`_safe=1`). */
  isSafe: boolean;
  /** The representation that the request names. */
  format: FormatName | null;
  summary: Summary | null;
  /**
   * The same for requests that mean the same, and different for others; empty for all rows as JSON. The format is no
   * part of it.
   */
  canonical: string;
}>;

export type Planned =
  | Readonly<{ kind: 'plan'; plan: Plan }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** What a plan depends on beside the schema: the names of relations that may be embedded. */
export type PlanContext = Readonly<{ embeds: readonly string[] }>;

/** The plan of a request without parameters. */
export const EVERYTHING: Plan = Object.freeze({
  where: null,
  search: Object.freeze([]),
  sort: Object.freeze([]),
  collate: null,
  distinct: null,
  limit: null,
  offset: 0,
  paging: Object.freeze({ kind: 'none' }),
  fields: null,
  embeds: Object.freeze([]),
  isPhysical: false,
  isSafe: false,
  format: null,
  summary: null,
  canonical: '',
});

/**
 * Plans a request.
 * @param context the names of relations that may be embedded
 * @returns the plan, or the problem `invalid-query` whose `errors` list every fault
 */
export function planRequest(
  request: Request,
  schema: Schema,
  context: PlanContext = { embeds: [] },
): Planned {
  const faults: Fault[] = [];
  const { conditions, controls, aliases } = sortOut(request, fieldsOf(schema), faults);
  const translated = translateAliases(aliases, controls, faults);
  return buildPlan(
    { conditions, controls: translated, order: aliases.get('_order') },
    schema,
    context,
    faults,
  );
}
