// An operator and its operands → the stretches of ordered values that satisfy it, if it speaks of order at all.

import type { Operand, OperatorName } from './operators.ts';

/** The values from `low` to `high`; null: no bound. An open bound is not itself among them. */
export type Interval = Readonly<{
  low: Operand | null;
  isLowOpen: boolean;
  high: Operand | null;
  isHighOpen: boolean;
}>;

/** @returns the intervals, any of which will do; null where the operator is none of order */
export function intervalsOf(
  operator: OperatorName,
  operands: readonly Operand[],
): readonly Interval[] | null {
  switch (operator) {
    case 'eq':
    case 'in':
      return operands.map((operand) => closed(operand, operand));
    case 'between':
      return [closed(operands[0] ?? null, operands[1] ?? null)];
    case 'gt':
    case 'gte':
      return operands.map((low) => ({ low, isLowOpen: operator === 'gt', high: null, isHighOpen: false }));
    case 'lt':
    case 'lte':
      return operands.map((high) => ({ low: null, isLowOpen: false, high, isHighOpen: operator === 'lt' }));
    default:
      return null;
  }
}

/** Whether an interval holds just one value. */
export function isPoint({ low, high }: Interval): boolean {
  return low !== null && low === high;
}

function closed(low: Operand | null, high: Operand | null): Interval {
  return { low, isLowOpen: false, high, isHighOpen: false };
}
