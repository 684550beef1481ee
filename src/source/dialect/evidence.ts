// What was found about a text → the sentences that explain it to a person.

import type { DeclaredDialect } from './layout.ts';
import type { Candidate } from './measure.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'pipe'],
  [':', 'colon'],
  [' ', 'blank'],
  [', ', 'comma and blank'],
]);

export type Findings = Readonly<{
  found: Candidate;
  declared: DeclaredDialect | null;
  separator: Readonly<{ delimiter: string }> | null;
  comments: string | null;
  /** So many lines are above the header. */
  above: number;
  /** What is said of the header. */
  header: string;
}>;

/** Explains a dialect. */
export function tellSyntax({ found, declared, separator, comments, above, header }: Findings): string {
  const { syntax } = found;
  const said = [tellDelimiter(found, declared, separator)];
  if (syntax.skipInitialSpace) said.push('blanks behind it are no part of the cells');
  if (syntax.quoteChar === "'") said.push('cells stand in single quotes');
  if (syntax.quoteChar === null) said.push('quotes are ordinary characters');
  if (syntax.escapeChar !== null) said.push(`a quote in a cell has ${syntax.escapeChar} before it`);
  if (comments !== null) said.push(comments);
  else if (above > 0) said.push(above === 1 ? 'a line stands above it' : `${above} lines stand above it`);
  said.push(header);
  return said.join('; ');
}

function tellDelimiter(
  { syntax, records, width, agreeing }: Candidate,
  declared: DeclaredDialect | null,
  separator: Findings['separator'],
): string {
  const name = NAMES.get(syntax.delimiter) ?? JSON.stringify(syntax.delimiter);
  const lines = `${agreeing} of the first ${records.length} lines have ${width} cells`;
  if (declared?.delimiter !== undefined) return `${name}: it is declared`;
  if (separator !== null) return `${name}: the line sep= says so`;
  if (records.length === 0) return 'there is nothing to look at';
  if (width === 1) return 'each line is one cell: no delimiter gives columns that agree';
  return `${name}: ${lines}`;
}
