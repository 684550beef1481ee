// A predicate → the one that stands for all that say the same in another order or another form.

import type { Operand } from './operators.ts';
import type { Comparison, Predicate } from './plan.ts';

/**
 * The normal form: `in` is `eq`, `nin` is `ne`, their operands sorted and each there once; groups hold no group of
 * their own kind, nothing twice, and two parts at least (none: always or never); nothing is negated that has a
 * positive form. Two predicates of one form mean the same; not all that mean the same are of one form.
 */
export function normalize(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'compare':
      return normalizeComparison(predicate);
    case 'not':
      return negate(normalize(predicate.part));
    default:
      return normalizeGroup(predicate.kind, predicate.parts.map(normalize));
  }
}

/** How many comparisons a predicate has. */
export function countTerms(predicate: Predicate): number {
  if (predicate.kind === 'compare') return 1;
  if (predicate.kind === 'not') return countTerms(predicate.part);
  return predicate.parts.reduce((sum, part) => sum + countTerms(part), 0);
}

function normalizeComparison(comparison: Comparison): Predicate {
  const { operator, operands, column } = comparison;
  switch (operator) {
    case 'eq':
    case 'in':
      return among(column, 'eq', operands);
    case 'ne':
    case 'nin':
      return among(column, 'ne', operands);
    case 'between':
      return operands[0] === operands[1] ? among(column, 'eq', operands) : comparison;
    default:
      return comparison;
  }
}

/** Equal to one of no values is nobody; different from all of them is everybody. */
function among(column: number, operator: 'eq' | 'ne', operands: readonly Operand[]): Predicate {
  if (operands.length === 0) return { kind: operator === 'eq' ? 'or' : 'and', parts: [] };
  const keyed = new Map(operands.map((operand) => [JSON.stringify(operand), operand]));
  const sorted = [...keyed].sort(([a], [b]) => compare(a, b)).map(([, operand]) => operand);
  return { kind: 'compare', column, operator, operands: sorted };
}

/** Two-valued: what does not equal includes null, so `ne` is all that `eq` is not. */
function negate(part: Predicate): Predicate {
  if (part.kind === 'not') return part.part;
  if (part.kind !== 'compare') {
    return part.parts.length === 0
      ? { kind: part.kind === 'and' ? 'or' : 'and', parts: [] }
      : { kind: 'not', part };
  }
  switch (part.operator) {
    case 'eq':
      return { ...part, operator: 'ne' };
    case 'ne':
      return { ...part, operator: 'eq' };
    case 'isnull':
      return { ...part, operands: [part.operands[0] === false] };
    default:
      return { kind: 'not', part };
  }
}

function normalizeGroup(kind: 'and' | 'or', parts: readonly Predicate[]): Predicate {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const other = kind === 'and' ? 'or' : 'and';
  if (flat.some((part) => part.kind === other && part.parts.length === 0)) return { kind: other, parts: [] };
  const keyed = new Map(unite(kind === 'and' ? 'ne' : 'eq', flat).map((part) => [keyOf(part), part]));
  const sorted = [...keyed].sort(([a], [b]) => compare(a, b)).map(([, part]) => part);
  return sorted.length === 1 ? (sorted[0] as Predicate) : { kind, parts: sorted };
}

/** One of a or one of b is one of both; none of a and none of b is none of both. */
function unite(operator: 'eq' | 'ne', parts: readonly Predicate[]): readonly Predicate[] {
  const operands = new Map<number, Operand[]>();
  const others: Predicate[] = [];
  for (const part of parts) {
    if (part.kind !== 'compare' || part.operator !== operator) others.push(part);
    else operands.set(part.column, [...(operands.get(part.column) ?? []), ...part.operands]);
  }
  return [...others, ...[...operands].map(([column, all]) => among(column, operator, all))];
}

function keyOf(part: Predicate): string {
  if (part.kind === 'compare') return JSON.stringify([part.column, part.operator, part.operands]);
  if (part.kind === 'not') return `not ${keyOf(part.part)}`;
  return `${part.kind} ${JSON.stringify(part.parts.map(keyOf))}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
