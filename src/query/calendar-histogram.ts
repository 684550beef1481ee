// Dates or datetimes and how often each occurs → bins by hour, day, month, quarter, year or years, as they are written.

import type { TextColumn } from '../table/column.ts';
import { entryOf } from '../table/column.ts';
import { type Bin, fillBins } from './histogram.ts';

/** A unit numbers moments: `numberOf` ascends with time, and `textOf` is the beginning of a number. */
type Unit = Readonly<{ numberOf: (moment: Moment) => number; textOf: (number: number) => Moment }>;
type Moment = Readonly<{ year: number; month: number; day: number; hour: number }>;

/** No more bins than this, save where even a millennium is too short. */
const MOST_BINS = 32;

const HOUR: Unit = {
  numberOf: (moment) => dayNumber(moment) * 24 + moment.hour,
  textOf: (number) => ({ ...momentOfDay(Math.floor(number / 24)), hour: ((number % 24) + 24) % 24 }),
};
const DAY: Unit = { numberOf: dayNumber, textOf: momentOfDay };
const UNITS: readonly Unit[] = [
  ...[1, 3, 12, 60, 120, 300, 600, 1200, 6000, 12_000].map(
    (months): Unit => ({
      numberOf: ({ year, month }) => Math.floor((year * 12 + month - 1) / months),
      textOf: (number) => {
        const first = number * months;
        return { year: Math.floor(first / 12), month: (first % 12) + 1, day: 1, hour: 0 };
      },
    }),
  ),
];

/**
 * @param rowAt a row that holds the value at a place of the ascending series
 * @param isTimed whether hours count
 */
export function calendarHistogram(
  column: TextColumn,
  series: Readonly<{ ends: Float64Array; rowAt: (i: number) => number }>,
  isTimed: boolean,
): readonly Bin<string>[] {
  const { ends } = series;
  if (ends.length === 0) return [];
  const momentAt = (i: number) => readMoment(column, series.rowAt(i));
  const least = momentAt(0);
  const most = momentAt(ends.length - 1);
  const units = isTimed ? [HOUR, DAY, ...UNITS] : [DAY, ...UNITS];
  const isFit = (unit: Unit) => unit.numberOf(most) - unit.numberOf(least) < MOST_BINS;
  const unit = units.find(isFit) ?? (UNITS[UNITS.length - 1] as Unit);
  const first = unit.numberOf(least);
  const numbers = { ends, valueAt: (i: number) => unit.numberOf(momentAt(i)) };
  const write = (number: number) => writeMoment(unit.textOf(number), isTimed);
  return fillBins(numbers, unit.numberOf(most), (edge) => first + edge).map(({ from, to, count }) => ({
    from: write(from),
    to: write(to),
    count,
  }));
}

/** Reads `YYYY-MM-DD` and the hour, where there is one, from a cell's bytes. */
function readMoment(column: TextColumn, row: number): Moment {
  const { bytes, offsets } = column.entries;
  const entry = entryOf(column, row);
  const start = offsets[entry] as number;
  const digits = (from: number, to: number) => {
    let number = 0;
    for (let at = start + from; at < start + to; at++) number = number * 10 + (bytes[at] as number) - 48;
    return number;
  };
  const isTimed = (offsets[entry + 1] as number) - start >= 13;
  return { year: digits(0, 4), month: digits(5, 7), day: digits(8, 10), hour: isTimed ? digits(11, 13) : 0 };
}

function writeMoment({ year, month, day, hour }: Moment, isTimed: boolean): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return isTimed ? `${date}T${two(hour)}:00:00` : date;
}

const MILLISECONDS = 86_400_000;

/** Days since the year 0 in the Gregorian calendar; `Date.UTC` takes years below 100 for those of the last century. */
function dayNumber({ year, month, day }: Moment): number {
  return Math.floor(Date.UTC(year + 400, month - 1, day) / MILLISECONDS);
}

function momentOfDay(number: number): Moment {
  const date = new Date(number * MILLISECONDS);
  return {
    year: date.getUTCFullYear() - 400,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: 0,
  };
}
