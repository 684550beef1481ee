// What a person declared about a field, before any cell is looked at (Table Schema words).

import type { Category, Constraints, ForeignKey } from '../schema.ts';

/** The types of Table Schema. Those that a table does not have are read as text or as the nearest type it has. */
export const DECLARED_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'list',
  'datetime',
  'date',
  'time',
  'year',
  'yearmonth',
  'duration',
  'geopoint',
  'geojson',
  'any',
] as const;

export type DeclaredType = (typeof DECLARED_TYPES)[number];

/** The types that the entries of a list may have. */
export const ITEM_TYPES = ['string', 'integer', 'number', 'boolean', 'datetime', 'date', 'time'] as const;

/** How the columns of a file and the declared fields are to agree. */
export const FIELDS_MATCHES = ['exact', 'equal', 'subset', 'superset', 'partial'] as const;

export type FieldsMatch = (typeof FIELDS_MATCHES)[number];

/** What a text that stands for null means, for a person. */
export type MissingLabel = Readonly<{ value: string; label: string }>;

/** One declared field. What is absent was not declared. */
export type DeclaredField = Readonly<{
  name: string;
  /** Absent: the type is found in the cells, as for a field that nobody declared. */
  type?: DeclaredType;
  /** `default`, `any`, a pattern such as `%d/%m/%Y`, `email`, … */
  format?: string;
  /** Texts in the header that mean this field, beside its name. */
  labels?: readonly string[];
  title?: string;
  description?: string;
  /** In place of those of the whole schema. */
  missingValues?: readonly string[];
  missingLabels?: readonly MissingLabel[];
  trueValues?: readonly string[];
  falseValues?: readonly string[];
  decimalChar?: string;
  groupChar?: string;
  bareNumber?: boolean;
  /** What stands between the entries of a list; a comma unless it is declared. */
  delimiter?: string;
  /** What each entry of a list is. */
  itemType?: (typeof ITEM_TYPES)[number];
  categories?: readonly Category[];
  constraints?: Constraints;
}>;

/** What was declared about the fields of a table, as `declareColumns` takes it. */
export type DeclaredSchema = Readonly<{
  fields: readonly DeclaredField[] | null;
  fieldsMatch: FieldsMatch;
  missingValues: readonly string[] | null;
  missingLabels?: readonly MissingLabel[];
  primaryKey: readonly string[] | null;
  uniqueKeys: readonly (readonly string[])[];
  foreignKeys: readonly ForeignKey[];
}>;
