// A test of the entries of a text column → the condition on its rows; text operators → tests of entries.

import type { TextColumn } from '../table/column.ts';
import type { TextStore } from '../table/text-store.ts';
import type { Condition } from './condition.ts';
import { isLike, markLike } from './like.ts';
import type { Operand, OperatorName } from './operators.ts';
import { hasNull, scanMarked, scanMarks } from './scan.ts';
import { beginsWith, type EntryTest, finishesWith, holds, markHolding } from './text-bytes.ts';

/** A test of entries; `markAll` marks all that pass, where that is faster than asking of each. */
export type EntryMatch = Readonly<{ test: EntryTest; markAll: ((marks: Uint8Array) => void) | null }>;

/** Asked of more rows than this share of the entries, a test is made of all entries beforehand. */
const FEW_SHARE = 4;

/** A condition on a column's rows by the entries they hold: each entry is tried once at most, if many rows are asked. */
export function byEntries(
  { codes, entries, nulls }: TextColumn,
  rowCount: number,
  { test, markAll }: EntryMatch,
  estimate: number,
): Condition {
  const entryCount = entries.offsets.length - 1;
  const mark = () => {
    const marks = new Uint8Array(entryCount);
    if (markAll !== null) markAll(marks);
    else for (let entry = 0; entry < entryCount; entry++) if (test(entry)) marks[entry] = 1;
    return marks;
  };
  const common = { estimate: Math.min(estimate, rowCount), isExact: false };
  if (codes === null) {
    const byRow = (row: number) => !hasNull(nulls, row) && test(row);
    return {
      ...common,
      test: (asked) => {
        if (markAll === null || asked * FEW_SHARE < rowCount) return byRow;
        const marks = mark();
        return (row) => marks[row] === 1 && !hasNull(nulls, row);
      },
      gather: () => scanMarks(mark(), nulls),
    };
  }
  return {
    ...common,
    test: (asked) => {
      if (asked * FEW_SHARE < entryCount) return (row) => !hasNull(nulls, row) && test(codes[row] as number);
      const marks = mark();
      return (row) => marks[codes[row] as number] === 1 && !hasNull(nulls, row);
    },
    gather: () => scanMarked(codes, mark(), nulls),
  };
}

/**
 * What a text operator means for the entries of a store.
 * @param store the column's entries, in lower case for an operator that ignores case, and the texts too
 */
export function matchText(operator: OperatorName, texts: readonly Operand[], store: TextStore): EntryMatch {
  const matches = texts.map((text) => matchOne(operator, String(text), store));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  return {
    test: (entry) => matches.some(({ test }) => test(entry)),
    markAll: null,
  };
}

function matchOne(operator: OperatorName, text: string, store: TextStore): EntryMatch {
  const bytes = Buffer.from(text);
  switch (operator) {
    case 'contains':
    case 'icontains':
      return { test: holds(store, bytes), markAll: (marks) => markHolding(store, bytes, marks) };
    case 'startswith':
    case 'istartswith':
      return { test: beginsWith(store, bytes), markAll: null };
    case 'endswith':
    case 'iendswith':
      return { test: finishesWith(store, bytes), markAll: null };
    case 'like':
    case 'ilike':
      return { test: isLike(store, text), markAll: (marks) => markLike(store, text, marks) };
    default:
      throw new Error(`${operator} is no text operator`);
  }
}
