// What is odd about a file, as it is found → the first diagnostics in line order, and how many there are.

import type { Diagnostic } from '../../table/file-facts.ts';

/** So many diagnostics are kept; the others are counted. */
const MOST_DIAGNOSTICS = 100;

/** Collects diagnostics in line order and counts all of them. */
export type Diagnostics = Readonly<{
  add: (diagnostic: () => Diagnostic) => void;
  /** Counts further ones that were found and not kept. */
  more: (count: number) => void;
  list: () => readonly Diagnostic[];
  count: () => number;
}>;

export function collectDiagnostics(): Diagnostics {
  const kept: Diagnostic[] = [];
  let count = 0;
  return {
    add(diagnostic) {
      if (++count <= MOST_DIAGNOSTICS) kept.push(Object.freeze(diagnostic()));
    },
    more(further) {
      count += further;
    },
    list: () => Object.freeze([...kept].sort((a, b) => a.line - b.line)),
    count: () => count,
  };
}
