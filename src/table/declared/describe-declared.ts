// A declared field and its column → what the table says of the field.

import { hasZone } from '../calendar.ts';
import { isNull, valueAt } from '../column.ts';
import type { BuiltColumn } from '../column-builder.ts';
import type { Field } from '../schema.ts';
import type { DeclaredCast } from './declared-cast.ts';
import type { DeclaredField } from './declared-field.ts';

/**
 * @param how null where the type was left to the cells
 * @param missing the texts that were declared to stand for null, null where none were
 */
export function describeDeclared(
  field: DeclaredField,
  { field: found, column }: BuiltColumn,
  how: DeclaredCast | null,
  missing: readonly string[] | null,
  origin: string,
): Omit<Field, 'name'> {
  const { title, description, categories, constraints, decimalChar, groupChar, bareNumber } = field;
  const { type, trueValues, falseValues } = field;
  const isTyped = field.type !== undefined && field.type !== 'any' && how !== null;
  const format = isTyped ? formatOf(field, how, column) : how === null ? found.format : undefined;
  const missingValues = missing ?? (how === null ? found.missingValues : undefined);
  const isUsual = missingValues?.length === 1 && missingValues[0] === '';
  const constrained = constraints !== undefined && Object.keys(constraints).length > 0;
  return Object.freeze({
    type: how?.type ?? found.type,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(format === undefined ? {} : { format }),
    ...(decimalChar === undefined || decimalChar === '.' ? {} : { decimalChar }),
    ...(groupChar === undefined ? {} : { groupChar }),
    ...(bareNumber === false ? { bareNumber } : {}),
    ...(type === 'boolean' && trueValues !== undefined ? { trueValues: Object.freeze(trueValues) } : {}),
    ...(type === 'boolean' && falseValues !== undefined ? { falseValues: Object.freeze(falseValues) } : {}),
    ...(missingValues === undefined || isUsual ? {} : { missingValues: Object.freeze([...missingValues]) }),
    ...(categories === undefined ? {} : { categories: Object.freeze(categories) }),
    ...(constrained ? { constraints: Object.freeze(constraints) } : {}),
    reason: isTyped
      ? `declared as ${field.type} in ${origin}`
      : how === null
        ? found.reason
        : `every other value is one, with what ${origin} declares to be missing`,
  });
}

function formatOf(
  { type, format = 'default' }: DeclaredField,
  how: DeclaredCast,
  column: BuiltColumn['column'],
): string | undefined {
  if (type === 'datetime' && format === 'default') return isZoned(column) ? 'date-time' : undefined;
  if (how.type === 'string' && type !== 'string' && type !== 'time') return undefined;
  return format === 'default' ? undefined : format;
}

/** Whether there are values, all of them with a zone. */
function isZoned(column: BuiltColumn['column']): boolean {
  const rows = column.kind === 'text' ? (column.codes?.length ?? column.entries.offsets.length - 1) : 0;
  let isFound = false;
  for (let row = 0; row < rows; row++) {
    if (isNull(column, row)) continue;
    if (!hasZone(String(valueAt(column, row)))) return false;
    isFound = true;
  }
  return isFound;
}
