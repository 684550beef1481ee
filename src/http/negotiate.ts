// A plan and an Accept header → the representation of the answer, or the problem that lists those there are.

import type { Problem } from '../problem.ts';
import { queryProblem } from '../query/faults.ts';
import type { Plan } from '../query/plan.ts';
import { isAcceptable, preferred } from './accept.ts';
import { cannotEmbed } from './embed.ts';
import { REPRESENTATIONS, type RowsRepresentation } from './representations.ts';
import { SUMMARY_TYPE } from './summary-schemas.ts';

/** `rows`: null where the answer is a summary. */
export type Negotiated =
  | Readonly<{ kind: 'representation'; name: string; contentType: string; rows: RowsRepresentation | null }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

const MEDIA_TYPES = REPRESENTATIONS.map(({ mediaType }) => mediaType);

const OF_ROWS: ReadonlyMap<string, Negotiated> = new Map(
  REPRESENTATIONS.map((rows: RowsRepresentation) => {
    const { name, contentType } = rows;
    return [name, Object.freeze({ kind: 'representation', name, contentType, rows })];
  }),
);

const OF_SUMMARY: Negotiated = Object.freeze({
  kind: 'representation',
  name: 'summary',
  contentType: `${SUMMARY_TYPE}; charset=utf-8`,
  rows: null,
});

/** `_format` decides, else `Accept`. Related rows need a representation that has a place for them. */
export function negotiate({ format, summary, embeds }: Plan, accept: string | undefined): Negotiated {
  if (summary !== null) return negotiateSummary(format, accept);
  const isNested = embeds.length > 0;
  if (format !== null) {
    const named = REPRESENTATIONS.find(({ name }) => name === format) as RowsRepresentation;
    if (isNested && !named.isNested) return { kind: 'problem', problem: cannotEmbed(named.mediaType) };
    return OF_ROWS.get(format) as Negotiated;
  }
  const offered = isNested ? REPRESENTATIONS.filter((each) => each.isNested) : REPRESENTATIONS;
  const chosen = preferred(accept, offered);
  if (chosen !== undefined) return OF_ROWS.get(chosen.name) as Negotiated;
  return notAcceptable(isNested ? offered.map(({ mediaType }) => mediaType) : MEDIA_TYPES);
}

function negotiateSummary(format: Plan['format'], accept: string | undefined): Negotiated {
  if (format !== null && format !== 'json') {
    const message = `Summaries are JSON: leave _format out, or ask for rows as ${format}.`;
    const fault = { parameter: '_format', code: 'excluded', message, found: format, allowed: ['json'] };
    return { kind: 'problem', problem: queryProblem([fault]) };
  }
  const types = [SUMMARY_TYPE, 'application/json'];
  const isTaken = format === 'json' || types.some((type) => isAcceptable(accept, type));
  return isTaken ? OF_SUMMARY : notAcceptable(types);
}

function notAcceptable(types: readonly string[]): Negotiated {
  const detail = `This comes as ${types.join(', ')}: accept one of them, or */*; or name it with _format.`;
  return { kind: 'problem', problem: { code: 'not-acceptable', detail } };
}
