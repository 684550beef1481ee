// The builders of a file's columns → its columns, each read with what the others tell of the customs of the file.

import type { BuiltColumn, ColumnBuilder } from './column-builder.ts';

/**
 * Finishes all columns of a table.
 * @param isDelimiterComma whether a comma separates cells: then it is no decimal mark
 */
export function finishColumns(
  builders: readonly ColumnBuilder[],
  isDelimiterComma: boolean,
): readonly BuiltColumn[] {
  const hasDecimalDots = builders.some((builder) => builder.hasDecimalDots);
  return builders.map((builder) => builder.finish({ isDelimiterComma, hasDecimalDots }));
}
