// What a column turned out to be → its field's declaration, with the reason in words.

import { fieldType } from './field-types.ts';
import type { Field, FieldType } from './schema.ts';

/** What all cells of a growing column have been so far; `empty`: none has had a value. */
export type ColumnState = 'empty' | 'integer' | 'number' | 'boolean' | 'text';

/** The cell that ended an earlier guess; `row` counts from 0. */
export type Decider = Readonly<{ row: number; text: string; was: FieldType }>;

type Findings = Readonly<{
  state: ColumnState;
  /** In the text state: whether every value is a date or a datetime. */
  temporal: 'date' | 'datetime' | null;
  /** Whether every datetime names its zone. */
  isZoned: boolean;
  /** The texts that stand for null, each as often as it was found. */
  missing: readonly string[];
  isValueless: boolean;
  decider: Decider | null;
}>;

/** The most of a cell's text that a reason quotes. */
const QUOTED = 40;

/** Declares a field, but for its name. */
export function describeField(findings: Findings): Omit<Field, 'name'> {
  const type = typeOf(findings);
  return Object.freeze({
    type,
    ...(type === 'datetime' && findings.isZoned ? { format: 'date-time' as const } : {}),
    ...missingValues(findings.missing),
    reason: reasonFor(type, findings),
  });
}

/** The texts that stand for null, where there are others than the empty one. */
export function missingValues(texts: readonly string[]): Pick<Field, 'missingValues'> {
  const missing = [...new Set(texts)].filter((text) => text !== '');
  return missing.length > 0 ? { missingValues: Object.freeze(['', ...missing]) } : {};
}

function typeOf({ state, temporal }: Findings): FieldType {
  if (state === 'empty') return 'string';
  return state === 'text' ? (temporal ?? 'string') : state;
}

function reasonFor(type: FieldType, { isValueless, decider }: Findings): string {
  if (isValueless) return 'no cell has a value';
  const isDecided = decider !== null && (type === 'string' || type === 'number');
  if (!isDecided)
    return type === 'string' ? 'the first value is text' : `every value is ${fieldType(type).describes}`;
  const { row, text, was } = decider;
  const quoted = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
  return `row ${row + 1} has ${JSON.stringify(quoted)}, which is not ${fieldType(was).describes}`;
}
