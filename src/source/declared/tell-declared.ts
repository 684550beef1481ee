// What of a file departs from its declaration → diagnostics with their lines.

import type { DeclaredTable } from '../../table/declared/declared-table.ts';
import type { Diagnostics } from '../text/diagnostics.ts';
import type { Declaration } from './declaration.ts';

/**
 * Adds a diagnostic for each departure, and for what the declaration asks for that is not done.
 * @param firstLine of the header, or of the first row
 * @param lines of the faults, one for each
 */
export function tellDeclared(
  { mismatches, faults, faultCount }: Omit<DeclaredTable, 'table'>,
  { origin, notes }: Declaration,
  firstLine: number,
  lines: readonly number[],
  diagnostics: Diagnostics,
): void {
  for (const message of mismatches)
    diagnostics.add(() => ({
      line: firstLine,
      code: 'fields-mismatch',
      message: `${message} (${origin})`,
    }));
  for (const note of notes)
    diagnostics.add(() => ({
      line: firstLine,
      code: 'unsupported-declaration',
      message: `${note} (${origin})`,
    }));
  for (const [index, { column, field, code, message }] of faults.entries())
    diagnostics.add(() => ({ line: lines[index] as number, column, field, code, message }));
  diagnostics.more(faultCount - faults.length);
}
