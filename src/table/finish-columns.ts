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
  const customs = { isDelimiterComma, hasDecimalDots: builders.some(({ dots }) => dots === 'decimal') };
  const certain = builders.map((builder) => (builder.dots === 'unclear' ? null : builder.finish(customs)));
  const proof = certain.findIndex((built) => built !== null && isDotNoDecimalMark(built));
  const reason = `a dot may stand between thousands, as it is no decimal mark in column ${proof + 1}`;
  return builders.map(
    (builder, index) =>
      certain[index] ?? (proof === -1 ? builder.finish(customs) : builder.finishText(reason)),
  );
}

function isDotNoDecimalMark({ field: { decimalChar, groupChar } }: BuiltColumn): boolean {
  return decimalChar === ',' || groupChar === '.';
}
