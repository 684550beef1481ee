// The changed rows of a table and a plan of what to see of them → the changes that are told, each with its op.

import { evaluate } from '../../query/evaluate.ts';
import { NO_INDEXES } from '../../query/indexes.ts';
import type { Plan } from '../../query/plan.ts';
import type { RowTest } from '../../query/scan.ts';
import { type Column, isNull, physicalText, valueAt } from '../../table/column.ts';
import { fieldIndex, type Table } from '../../table/table.ts';
import type { ChangeOp, EventData } from '../frames/event-frames.ts';
import type { RowsChanged, Step } from '../history/rows-changed.ts';

/** A change as it is told: which row of which small table, and for an update the fields that differ and are seen. */
export type ToldChange = Readonly<{
  op: ChangeOp;
  step: Step;
  side: 'before' | 'after';
  row: number;
  changed: readonly string[];
}>;

export type Selection = Readonly<{
  changes: readonly ToldChange[];
  /** With `entered` and `left` where rows are filtered. */
  counts: EventData<'changed'>['counts'];
  /** Whether all rows are seen with all their fields: then every version is told, also one without changes. */
  isWhole: boolean;
}>;

/** One plan for each of the two small tables. */
export type Plans = Readonly<{ before: Plan; after: Plan }>;

/** Chooses what is told of changed rows that are not truncated. */
export function select(rows: RowsChanged, plans: Plans): Selection {
  const isFiltered = hasFilter(plans.before) || hasFilter(plans.after);
  const matched = testOf(plans.before, rows.before);
  const matches = testOf(plans.after, rows.after);
  const fields = seenFields(plans, rows);
  const isWhole = !isFiltered && fields === null;
  // Who sees everything is told of every version, also where it is written differently and says the same.
  const seen = isWhole ? null : (fields ?? new Set(rows.after.schema.fields.map(({ name }) => name)));
  const isSame = isWhole ? isNever : shownAlike(rows, plans.after.isPhysical);
  const unseen = rows.isKeyed || seen === null ? NONE : sameInPlace(rows, seen, isSame, matched, matches);
  const changes: ToldChange[] = [];
  const counts = { insert: 0, update: 0, delete: 0, enter: 0, leave: 0 };
  for (const step of rows.steps) {
    if (unseen.has(step)) continue;
    const change = judge(step, matched, matches, seen, isSame);
    if (change === null) continue;
    counts[change.op]++;
    changes.push(change);
  }
  const { insert: inserted, update: updated, delete: deleted, enter: entered, leave: left } = counts;
  const whole = { inserted, updated, deleted };
  return {
    changes,
    counts: isFiltered ? { ...whole, entered, left } : whole,
    isWhole,
  };
}

const NONE: ReadonlySet<Step> = new Set();

function hasFilter({ where, search }: Plan): boolean {
  return where !== null || search.length > 0;
}

function testOf(plan: Plan, table: Table): RowTest {
  if (table.rowCount === 0 || !hasFilter(plan)) return () => true;
  return evaluate(plan, table, NO_INDEXES)?.test(table.rowCount) ?? (() => true);
}

/** What a step is for those who see only rows that match, and only some fields; null: nothing. */
function judge(
  step: Step,
  matched: RowTest,
  matches: RowTest,
  seen: ReadonlySet<string> | null,
  isSame: SameShown,
): ToldChange | null {
  if (step.op === 'delete') {
    if (!matched(step.before)) return null;
    return { op: 'delete', step, side: 'before', row: step.before, changed: [] };
  }
  const told = { step, side: 'after', row: step.after } as const;
  const isIn = matches(step.after);
  if (step.op === 'insert') return isIn ? { op: 'insert', ...told, changed: [] } : null;
  const wasIn = matched(step.before);
  if (wasIn !== isIn) return { op: isIn ? 'enter' : 'leave', ...told, changed: [] };
  if (!isIn) return null;
  const isSeen = (name: string) =>
    seen === null || (seen.has(name) && !isSame(name, step.before, step.after));
  const changed = step.changed.filter(isSeen);
  return changed.length === 0 ? null : { op: 'update', ...told, changed };
}

/** The names of the fields that are seen; null: all. */
function seenFields({ before, after }: Plans, rows: RowsChanged): ReadonlySet<string> | null {
  if (before.fields === null && after.fields === null) return null;
  const { fields } = rows.after.schema;
  return new Set((after.fields ?? fields.keys()).map((at) => fields[at]?.name as string));
}

/**
 * Without a key, a row that is edited in place is deleted and inserted under the same number. Where no other rows moved,
 * such pairs of which nothing seen is different are no change.
 */
function sameInPlace(
  { steps }: RowsChanged,
  seen: ReadonlySet<string>,
  isSame: SameShown,
  matched: RowTest,
  matches: RowTest,
): ReadonlySet<Step> {
  const deletes = steps.filter((step) => step.op === 'delete').reverse();
  const inserts = steps.filter((step) => step.op === 'insert');
  const isInPlace =
    deletes.length === inserts.length && deletes.every(({ key }, at) => key === inserts[at]?.key);
  if (!isInPlace) return NONE;
  const same = new Set<Step>();
  deletes.forEach((old, at) => {
    const now = inserts[at] as Step & { op: 'insert' };
    const isAlike = [...seen].every((name) => isSame(name, old.before, now.after));
    if (isAlike && matched(old.before) && matches(now.after)) same.add(old).add(now);
  });
  return same;
}

/** Whether a field shows the same in a row of the table before and one of the table after. */
type SameShown = (name: string, old: number, now: number) => boolean;

const isNever: SameShown = () => false;

/** What is shown is the text in the file, or the value and its type: `1.5` and `1.50` are one number. */
function shownAlike({ before, after }: RowsChanged, isPhysical: boolean): SameShown {
  const read = isPhysical ? physicalText : valueAt;
  return (name, old, now) => {
    const [i, j] = [fieldIndex(before, name), fieldIndex(after, name)];
    const [a, b] = [before.columns[i] as Column, after.columns[j] as Column];
    const isRetyped = before.schema.fields[i]?.type !== after.schema.fields[j]?.type;
    if (isRetyped && !(isNull(a, old) && isNull(b, now))) return false;
    return read(a, old) === read(b, now);
  };
}
