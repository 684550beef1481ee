// A condition on results of groups → whether one value satisfies it.

import type { Value } from '../table/field-types.ts';
import { intervalsOf } from './interval.ts';
import { isCaseless } from './needs.ts';
import type { Operand } from './operators.ts';
import type { Having } from './plan.ts';
import { matchText } from './text-condition.ts';

/** @param valueAt the group's result at a position: the fields grouped by, then the aggregates */
export function isHad(having: Having, valueAt: (output: number) => Value): boolean {
  switch (having.kind) {
    case 'and':
      return having.parts.every((part) => isHad(part, valueAt));
    case 'or':
      return having.parts.some((part) => isHad(part, valueAt));
    case 'not':
      return !isHad(having.part, valueAt);
    case 'compare':
      return compares(valueAt(having.output), having);
  }
}

function compares(value: Value, { operator, operands }: Having & { kind: 'compare' }): boolean {
  if (operator === 'isnull') return (value === null) === operands[0];
  if (operator === 'ne' || operator === 'nin') return !operands.some((operand) => operand === value);
  if (value === null) return false;
  const intervals = intervalsOf(operator, operands);
  if (intervals === null) return matches(String(value), operator, operands);
  return intervals.some(({ low, isLowOpen, high, isHighOpen }) => {
    const isPastLow = low === null || compareValues(value, low) >= (isLowOpen ? Number.MIN_VALUE : 0);
    return isPastLow && (high === null || compareValues(value, high) <= (isHighOpen ? -Number.MIN_VALUE : 0));
  });
}

/** Text by code point, as its bytes compare. */
function compareValues(value: Operand, operand: Operand): number {
  if (typeof value === 'string') return Buffer.compare(Buffer.from(value), Buffer.from(String(operand)));
  return Number(value) - Number(operand);
}

function matches(
  text: string,
  operator: (Having & { kind: 'compare' })['operator'],
  operands: readonly Operand[],
) {
  const isLower = isCaseless(operator);
  const bytes = Buffer.from(isLower ? text.toLowerCase() : text);
  const texts = isLower ? operands.map((operand) => String(operand).toLowerCase()) : operands;
  return matchText(operator, texts, { bytes, offsets: Uint32Array.of(0, bytes.length) }).test(0);
}
