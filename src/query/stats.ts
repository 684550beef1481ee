// One column of some rows → what it holds: counts, extremes, sum and mean, quantiles, a histogram, the top values.

import type { Column } from '../table/column.ts';
import type { Value } from '../table/field-types.ts';
import type { Field, FieldType } from '../table/schema.ts';
import { calendarHistogram } from './calendar-histogram.ts';
import type { ColumnIndex } from './column-index.ts';
import { type Bin, firstFrom, histogram } from './histogram.ts';
import { sumsOf } from './sums.ts';
import { type Counted, mostFrequent, type Tally, tallyOf, valueOfRank } from './tally.ts';

/** Quantiles of numbers are interpolated between neighbours; those of dates are values that occur. */
export type Quantiles = Readonly<Record<'p05' | 'p25' | 'p50' | 'p75' | 'p95', Value>>;

/** `count` leaves nulls out. What a type has not, or no row has a value for, is null. */
export type FieldStats = Readonly<{
  field: string;
  type: FieldType;
  count: number;
  nulls: number;
  distinct: number;
  min: Value;
  max: Value;
  mean: number | null;
  sum: number | null;
  quantiles: Quantiles | null;
  histogram: readonly Bin<number>[] | readonly Bin<string>[] | null;
  top: readonly Counted[] | null;
}>;

/** So many of the most frequent values of a text or boolean field are answered. */
const TOP = 10;

/** @param rows null: all rows of the table */
export function statsOf(
  { name, type }: Field,
  column: Column,
  index: ColumnIndex,
  rows: Uint32Array | null,
): FieldStats {
  const tally = tallyOf(index, rows);
  const { ranks, present, nulls } = tally;
  const distinct = ranks.length;
  const valueAt = (place: number) => valueOfRank(column, index, ranks[place] as number);
  const common = {
    field: name,
    type,
    count: present,
    nulls,
    distinct,
    min: distinct === 0 ? null : valueAt(0),
    max: distinct === 0 ? null : valueAt(distinct - 1),
    mean: null,
    sum: null,
    quantiles: null,
    histogram: null,
    top: null,
  };
  if (type === 'string' || type === 'boolean') {
    return { ...common, top: mostFrequent(column, index, { ...tally, nulls: 0 }, 0, TOP) };
  }
  const ends = endsOf(tally);
  if (column.kind === 'integer' || column.kind === 'number') {
    const { values } = column;
    const places = rows === null ? index.ranks.length : rows.length;
    const [sum] = sumsOf(column, { rows, groupOf: null, groups: 1, places }) as unknown as [number];
    const numberAt = (place: number) => values[rowAt(index, ranks, place)] as number;
    return {
      ...common,
      sum: present === 0 ? null : sum,
      mean: present === 0 ? null : sum / present,
      quantiles: quantilesOf(ends, (below, above, share) => between(numberAt, below, above, share)),
      histogram: histogram({ ends, valueAt: numberAt }, type === 'integer'),
    };
  }
  if (column.kind !== 'text') return common;
  const series = { ends, rowAt: (place: number) => rowAt(index, ranks, place) };
  return {
    ...common,
    quantiles: quantilesOf(ends, (below, above, share) => valueAt(share === 0 ? below : above)),
    histogram: calendarHistogram(column, series, type === 'datetime'),
  };
}

/** How many rows have a value up to each place. */
function endsOf({ counts }: Tally): Float64Array {
  const ends = new Float64Array(counts.length);
  let end = 0;
  for (let i = 0; i < counts.length; i++) {
    end += counts[i] as number;
    ends[i] = end;
  }
  return ends;
}

/** Hyndman and Fan's definition 7: the quantile lies at the place `share * (count - 1)`. */
function quantilesOf(
  ends: Float64Array,
  pick: (below: number, above: number, share: number) => Value,
): Quantiles | null {
  const present = ends[ends.length - 1];
  if (present === undefined) return null;
  const placeOf = (position: number) => firstFrom(0, ends.length, (i) => (ends[i] as number) > position);
  const quantile = (share: number) => {
    const at = share * (present - 1);
    const below = Math.floor(at);
    return pick(placeOf(below), placeOf(Math.ceil(at)), at - below);
  };
  return {
    p05: quantile(0.05),
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p95: quantile(0.95),
  };
}

function between(numberAt: (place: number) => number, below: number, above: number, share: number): number {
  const low = numberAt(below);
  return below === above ? low : low * (1 - share) + numberAt(above) * share;
}

function rowAt({ rows, starts }: ColumnIndex, ranks: Uint32Array, place: number): number {
  return rows[starts[ranks[place] as number] as number] as number;
}
