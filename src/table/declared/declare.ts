// Columns as they were found in a file → columns as a person declared them, with the cells that do not fit.

import type { BuiltColumn } from '../column-builder.ts';
import { fieldNames } from '../schema.ts';
import { type CellFaults, quoteCell } from './cell-faults.ts';
import { declaredCast } from './declared-cast.ts';
import { castColumn, inferColumn } from './declared-column.ts';
import { checkConstraints } from './declared-constraints.ts';
import type { DeclaredField, DeclaredSchema } from './declared-field.ts';
import { uniqueFaults, unknownKeyFields } from './declared-keys.ts';
import { describeDeclared } from './describe-declared.ts';
import { matchFields } from './match-fields.ts';
import type { InTime } from './pattern-misses.ts';

/** What was found in a file: names of all columns, and the columns. */
export type FoundColumns = Readonly<{
  names: readonly string[];
  hasHeader: boolean;
  built: readonly BuiltColumn[];
  rowCount: number;
}>;

/** The same under a declaration. */
export type DeclaredColumns = Readonly<{
  names: readonly string[];
  built: readonly BuiltColumn[];
  /** How the columns depart from the declared fields, in sentences. */
  mismatches: readonly string[];
}>;

/** Empty cells stand for null unless something else is declared. */
const EMPTY_IS_NULL: readonly string[] = [''];

/**
 * @param origin where it was declared, for the fields' reasons
 * @param faults takes the cells that break their declaration
 * @param inTime matches patterns
 */
export function declareColumns(
  { names, hasHeader, built, rowCount }: FoundColumns,
  declared: DeclaredSchema,
  origin: string,
  faults: CellFaults,
  inTime: InTime,
): DeclaredColumns {
  const { fields, mismatches } = matchFields(names, hasHeader, declared.fields ?? [], declared.fieldsMatch);
  const isListed = declared.fields !== null;
  const made = built.map((column, index) => {
    const field = fields[index] ?? null;
    if (field === null && declared.missingValues === null) return column;
    return declareColumn(column, index, field ?? { name: names[index] as string });
  });

  function declareColumn(column: BuiltColumn, index: number, field: DeclaredField): BuiltColumn {
    const given = field.missingValues ?? declared.missingValues;
    const missing = new Set(given ?? EMPTY_IS_NULL);
    const read = readAs(column, field, given === null ? null : missing);
    const how = declaredCast(read);
    if (how === null) {
      checkConstraints(column.column, rowCount, field, index + 1, null, faults, inTime);
      return { column: column.column, field: describeDeclared(field, column, null, given, origin) };
    }
    const cells = castColumn(column, rowCount, read, how, missing, (row, text) =>
      faults.add(row, () => ({
        column: index + 1,
        field: field.name,
        code: 'type-error',
        message: `Field ${JSON.stringify(field.name)} has ${quoteCell(text)}; expected: ${how.expects}. ${how.isLenient ? 'The text stays.' : 'The value is null.'}`,
      })),
    );
    checkConstraints(cells, rowCount, field, index + 1, how, faults, inTime);
    const described = describeDeclared(
      { ...field, ...marksOf(read) },
      { ...column, column: cells },
      how,
      given,
      origin,
    );
    return { column: cells, field: described };
  }

  /**
   * What of the field is not declared is found: how numbers and dates of the declared type are written, and the type
   * that the cells have without those that are declared to stand for null.
   */
  function readAs(
    found: BuiltColumn,
    field: DeclaredField,
    missing: ReadonlySet<string> | null,
  ): DeclaredField {
    const { type, format, decimalChar, groupChar, bareNumber } = field;
    const isOpen = type === undefined || type === 'any';
    if (isOpen && missing === null) return field;
    if (isOpen)
      return { name: field.name, type: inferColumn(found, rowCount, missing as ReadonlySet<string>).type };
    const isSaid = [format, decimalChar, groupChar, bareNumber].some((said) => said !== undefined);
    if (isSaid || found.column.written === undefined || found.field.type !== type) return field;
    const { format: pattern, decimalChar: mark = '.', groupChar: group } = found.field;
    if (pattern !== undefined) return { ...field, format: pattern };
    return { ...field, decimalChar: mark, ...(group === undefined ? {} : { groupChar: group }) };
  }

  const finalNames = fieldNames(names.map((name, index) => fields[index]?.name ?? name));
  const columns = made.map(({ column }) => column);
  for (const key of declared.uniqueKeys) uniqueFaults(key, finalNames, columns, rowCount, faults);
  return {
    names: finalNames,
    built: made,
    mismatches: [...(isListed ? mismatches : []), ...unknownKeyFields(declared, finalNames)],
  };
}

/** How the cells of a field are written. */
function marksOf({ format, decimalChar, groupChar }: DeclaredField): Partial<DeclaredField> {
  return {
    ...(format === undefined ? {} : { format }),
    ...(decimalChar === undefined ? {} : { decimalChar }),
    ...(groupChar === undefined ? {} : { groupChar }),
  };
}
