// The views of one table → those that a record can concern: views that want a value are found by the rows' values.

import type { Comparison, Plan, Predicate } from '../../query/plan.ts';
import { type Column, entryOf, valueAt } from '../../table/column.ts';
import type { Value } from '../../table/field-types.ts';
import type { Schema } from '../../table/schema.ts';
import { fieldIndex, type Table } from '../../table/table.ts';
import type { EventRecord, RowsChanged } from '../history/record.ts';
import { planFilter, shapeOf } from './filter.ts';
import type { View } from './view.ts';

export type ViewIndex = Readonly<{
  /** @param schema that of the table now; without it, the view is looked into at the next record */
  add: (view: View, schema?: Schema) => void;
  remove: (view: View) => void;
  /** Every view to which the record can mean something, and others only where that is not quickly told. */
  candidates: (record: EventRecord) => readonly View[];
}>;

/** A condition that asks for more values, or longer ones, is not indexed. */
const MOST_VALUES = 100;
const MOST_TEXT = 256;
/** So many views are planned anew at each record after the schema has changed; until then they are candidates. */
const SETTLED_AT_ONCE = 1000;

/** Where a view is found: under some values of a field, or nowhere, as it always is a candidate. */
type Place = Readonly<{ field: string; values: readonly string[] }> | null;

/** Opens the index of one table's views. Looking up takes time by the changed rows and the views found, not by all. */
export function openViewIndex(): ViewIndex {
  const places = new Map<View, Place>();
  const fields = new Map<string, Map<string, Set<View>>>();
  const always = new Set<View>();
  /** They are in `always`, and may come to have a place. */
  const unsettled = new Set<View>();
  /** What the places are for. */
  let shape: string | null = null;

  const take = (view: View) => {
    const place = places.get(view) ?? null;
    places.delete(view);
    always.delete(view);
    unsettled.delete(view);
    if (place === null) return;
    const values = fields.get(place.field);
    for (const value of place.values) {
      const views = values?.get(value);
      views?.delete(view);
      if (views?.size === 0) values?.delete(value);
    }
    if (values?.size === 0) fields.delete(place.field);
  };
  const put = (view: View, place: Place) => {
    take(view);
    places.set(view, place);
    if (place === null) {
      always.add(view);
      return;
    }
    const values = fields.get(place.field) ?? new Map<string, Set<View>>();
    fields.set(place.field, values);
    for (const value of place.values) {
      const views = values.get(value);
      if (views === undefined) values.set(value, new Set([view]));
      else views.add(view);
    }
  };
  const settle = (schema: Schema) => {
    const now = shapeOf(schema);
    if (now !== shape) {
      shape = now;
      fields.clear();
      for (const view of places.keys()) {
        places.set(view, null);
        always.add(view);
        unsettled.add(view);
      }
    }
    let left = SETTLED_AT_ONCE;
    for (const view of unsettled) {
      if (left-- === 0) break;
      unsettled.delete(view);
      put(view, placeOf(view, schema));
    }
  };
  const found = (rows: RowsChanged): ReadonlySet<View> => {
    const views = new Set(always);
    for (const [field, values] of fields) {
      for (const table of [rows.before, rows.after]) {
        for (const value of valuesOf(table, field))
          for (const view of values.get(value) ?? []) views.add(view);
      }
    }
    return views;
  };

  return Object.freeze({
    add(view: View, schema?: Schema) {
      if (schema !== undefined && (shape ?? shapeOf(schema)) === shapeOf(schema)) {
        shape = shapeOf(schema);
        put(view, placeOf(view, schema));
      } else {
        put(view, null);
        unsettled.add(view);
      }
    },
    remove: take,
    candidates({ rows }: EventRecord) {
      if (rows === null) return [...places.keys()];
      const isSame = shapeOf(rows.before.schema) === shapeOf(rows.after.schema);
      settle(rows.after.schema);
      const isForAll = rows.truncated !== null || rows.isReordered || !isSame;
      return [...(isForAll ? places.keys() : found(rows))];
    },
  });
}

/** Where a view's rows are found under one schema. */
function placeOf({ wish }: View, schema: Schema): Place {
  const planned = planFilter(wish, schema);
  if (planned.kind === 'problem') return null;
  const [best] = equalitiesOf(planned.filter.plan).sort((a, b) => a.operands.length - b.operands.length);
  if (best === undefined) return null;
  const field = schema.fields[best.column]?.name as string;
  return { field, values: [...new Set(best.operands.map(String))] };
}

/** The conditions that every row must satisfy and that name the values it may have. */
function equalitiesOf({ where }: Plan): Comparison[] {
  const parts: readonly Predicate[] = where === null ? [] : where.kind === 'and' ? where.parts : [where];
  return parts.filter((part): part is Comparison => part.kind === 'compare' && isIndexed(part));
}

function isIndexed({ operator, operands }: Comparison): boolean {
  if (operator !== 'eq' && operator !== 'in') return false;
  return (
    operands.length <= MOST_VALUES && operands.every((each) => Buffer.byteLength(String(each)) <= MOST_TEXT)
  );
}

/** The values of a field in all rows, as text; nulls and texts that nobody can have asked for are left out. */
function* valuesOf(table: Table, field: string): Generator<string> {
  const column = table.columns[fieldIndex(table, field)];
  if (column === undefined) return;
  for (let row = 0; row < table.rowCount; row++) {
    const value: Value = isLong(column, row) ? null : valueAt(column, row);
    if (value !== null) yield String(value);
  }
}

function isLong(column: Column, row: number): boolean {
  if (column.kind !== 'text') return false;
  const { offsets } = column.entries;
  const entry = entryOf(column, row);
  return (offsets[entry + 1] as number) - (offsets[entry] as number) > MOST_TEXT;
}
