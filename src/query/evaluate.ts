// A predicate and the words of a search, on a table → the condition that its rows satisfy or not.

import type { Column, TextColumn } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import { allOf, always, anyOf, type Condition, NEVER, noneOf } from './condition.ts';
import { type Indexes, textsIn } from './indexes.ts';
import { intervalsOf } from './interval.ts';
import { isCaseless, searchedColumns } from './needs.ts';
import type { Comparison, Plan, Predicate } from './plan.ts';
import { ranked } from './ranked.ts';
import { hasNull } from './scan.ts';
import { scanned } from './scanned.ts';
import { byEntries, matchText } from './text-condition.ts';

/** A text operator is taken to match one row in so many. */
const TEXT_SHARE = 10;

/** The condition of a plan's `where` and `search` together; null where every row satisfies it. */
export function evaluate(
  { where, search }: Pick<Plan, 'where' | 'search'>,
  table: Table,
  indexes: Indexes,
): Condition | null {
  const parts = [
    ...(where === null ? [] : [ofPredicate(where, table, indexes)]),
    ...search.map((word) => ofWord(word, table, indexes)),
  ];
  return parts.length === 0 ? null : allOf(parts, table.rowCount);
}

function ofPredicate(predicate: Predicate, table: Table, indexes: Indexes): Condition {
  const { rowCount } = table;
  switch (predicate.kind) {
    case 'and':
      return allOf(
        predicate.parts.map((part) => ofPredicate(part, table, indexes)),
        rowCount,
      );
    case 'or':
      return anyOf(
        predicate.parts.map((part) => ofPredicate(part, table, indexes)),
        rowCount,
      );
    case 'not':
      return noneOf(ofPredicate(predicate.part, table, indexes), rowCount);
    case 'compare':
      return ofComparison(predicate, table, indexes);
  }
}

function ofComparison(
  { column: at, operator, operands }: Comparison,
  table: Table,
  indexes: Indexes,
): Condition {
  const column = table.columns[at] as Column;
  const { rowCount } = table;
  if (operator === 'ne' || operator === 'nin') {
    // Null equals nothing: it is among those that do not equal.
    return noneOf(
      ofComparison({ kind: 'compare', column: at, operator: 'in', operands }, table, indexes),
      rowCount,
    );
  }
  if (operator === 'isnull') return ofNull(column, operands[0] === true, rowCount);
  if (operands.length === 0) return NEVER;
  const intervals = intervalsOf(operator, operands);
  if (intervals !== null) {
    const index = indexes.get(table, at);
    return index === undefined ? scanned(column, rowCount, intervals) : ranked(column, index, intervals);
  }
  if (column.kind !== 'text') throw new Error(`${operator} is for text`);
  const isLower = isCaseless(operator);
  const store = isLower ? textsIn(indexes, table, at, 'lower') : column.entries;
  const texts = isLower ? operands.map((operand) => String(operand).toLowerCase()) : operands;
  return byEntries(column, rowCount, matchText(operator, texts, store), Math.ceil(rowCount / TEXT_SHARE));
}

function ofNull({ nulls }: Column, isWanted: boolean, rowCount: number): Condition {
  if (nulls === null) return isWanted ? NEVER : always(rowCount);
  const test = (row: number) => hasNull(nulls, row) === isWanted;
  return { estimate: Math.ceil(rowCount / 2), isExact: false, test: () => test, gather: null };
}

/** A word of a search: any string field may hold it. */
function ofWord(word: string, table: Table, indexes: Indexes): Condition {
  if (word === '') return always(table.rowCount);
  const { rowCount } = table;
  const columns = searchedColumns(table).map((at) => {
    const match = matchText('contains', [word], textsIn(indexes, table, at, 'folded'));
    return byEntries(table.columns[at] as TextColumn, rowCount, match, Math.ceil(rowCount / TEXT_SHARE));
  });
  return anyOf(columns, rowCount);
}
