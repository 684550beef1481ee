// What writes a row into a sink: the types that all representations of rows share.

import type { ByteSink } from './byte-sink.ts';

/** Writes one row, or a part of it, by the row's index from 0. It makes room in the sink itself. */
export type RowWriter = (sink: ByteSink, row: number) => void;

/** What of each row is written, and how. */
export type RowShape = Readonly<{
  /** Columns by their position, ascending; null: all. */
  columns: readonly number[] | null;
  /** Cells as they stand in the file, as texts. */
  isPhysical: boolean;
}>;

/** All columns, as values. */
export const WHOLE_ROW: RowShape = Object.freeze({ columns: null, isPhysical: false });

/** The positions of the columns that a shape shows. */
export function shownColumns({ columns }: RowShape, count: number): readonly number[] {
  return columns ?? Array.from({ length: count }, (_, index) => index);
}
