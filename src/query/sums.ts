// Numbers in groups → their sums: exact where the decimals as written allow it, else with the rounding errors kept.

import type { IntegerColumn, NumberColumn } from '../table/column.ts';
import { hasNull } from './scan.ts';

type Numeric = IntegerColumn | NumberColumn;

/** Which rows: all of them, where null. Which group each stands in, by its place: one for all, where null. */
export type Grouping = Readonly<{
  rows: Uint32Array | null;
  groupOf: Uint32Array | null;
  groups: number;
  places: number;
}>;

/** A double holds every integer up to 2^53; decimals past these are not counted in units. */
const MOST_DECIMALS = 15;

/** The sum of each group; 0 where it has no values. Whole numbers below 2^53, and decimals as if of such, are exact. */
export function sumsOf(column: Numeric, grouping: Grouping): Float64Array {
  return sumUnits(column, grouping) ?? sumDoubles(column, grouping);
}

/** How many values each group has, nulls left out. */
export function countsOf(nulls: Uint8Array | null, { rows, groupOf, groups, places }: Grouping): Uint32Array {
  const counts = new Uint32Array(groups);
  if (nulls === null && groupOf === null) return counts.fill(places);
  for (let place = 0; place < places; place++) {
    if (nulls !== null && hasNull(nulls, rows === null ? place : (rows[place] as number))) continue;
    const group = groupOf === null ? 0 : (groupOf[place] as number);
    counts[group] = (counts[group] as number) + 1;
  }
  return counts;
}

/** Adds cents instead of euros: whole numbers, which a double adds without error. Null where that cannot be. */
function sumUnits(column: Numeric, { rows, groupOf, groups, places }: Grouping): Float64Array | null {
  const { unit, most } = unitsOf(column);
  if (unit === 0 || most * places > Number.MAX_SAFE_INTEGER) return null;
  const { values, nulls } = column;
  const sums = new Float64Array(groups);
  for (let place = 0; place < places; place++) {
    const row = rows === null ? place : (rows[place] as number);
    if (nulls !== null && hasNull(nulls, row)) continue;
    const group = groupOf === null ? 0 : (groupOf[place] as number);
    sums[group] = (sums[group] as number) + Math.round((values[row] as number) * unit);
  }
  if (unit !== 1) for (let group = 0; group < groups; group++) sums[group] = (sums[group] as number) / unit;
  return sums;
}

type Units = Readonly<{ unit: number; most: number }>;
const known = new WeakMap<Numeric, Units>();

/** The units that every value of a column is a whole number of (0: there are none), and how many of them at most. */
function unitsOf(column: Numeric): Units {
  const units = known.get(column) ?? findUnits(column);
  known.set(column, units);
  return units;
}

function findUnits(column: Numeric): Units {
  const decimals = decimalsOf(column);
  if (decimals > MOST_DECIMALS) return { unit: 0, most: 0 };
  const unit = 10 ** decimals;
  const { values } = column;
  let most = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const units = Math.round(value * unit);
    if (units / unit !== value) return { unit: 0, most: 0 }; // written with more decimals than the others
    if (units > most) most = units;
    else if (-units > most) most = -units;
  }
  return { unit, most };
}

/** Neumaier's sum ("Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974). */
function sumDoubles({ values, nulls }: Numeric, { rows, groupOf, groups, places }: Grouping): Float64Array {
  const sums = new Float64Array(groups);
  const errors = new Float64Array(groups);
  for (let place = 0; place < places; place++) {
    const row = rows === null ? place : (rows[place] as number);
    if (hasNull(nulls, row)) continue;
    const value = values[row] as number;
    const group = groupOf === null ? 0 : (groupOf[place] as number);
    const sum = sums[group] as number;
    const next = sum + value;
    const error = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    errors[group] = (errors[group] as number) + error;
    sums[group] = next;
  }
  for (let group = 0; group < groups; group++)
    sums[group] = (sums[group] as number) + (errors[group] as number);
  return sums;
}

function decimalsOf(column: Numeric): number {
  if (column.kind === 'integer') return 0;
  if (typeof column.scales === 'number') return column.scales;
  let most = 0;
  for (let row = 0; row < column.scales.length; row++) {
    if ((column.scales[row] as number) > most) most = column.scales[row] as number;
  }
  return most;
}
