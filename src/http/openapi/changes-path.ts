// A table → the path where it is asked what changed: GET /api/{table}/_changes.

import { headerRefs, type OtherStatus, otherResponses } from './components.ts';
import { operation } from './operation.ts';

/** Which of the controls choose rows and fields: those that a change can be asked for with. */
const TAKEN = ['_where', '_q', '_fields', '_types'] as const;

const SINCE = {
  name: 'since',
  in: 'query',
  description:
    'The `position` of an earlier answer, the `Table-Position` of any answer, or the id of an event. ' +
    'Without it, only the present position is answered.',
  schema: { type: 'string' },
};

/**
 * @param id what the operation is called behind `changes_`
 * @param name the table, or words for any
 * @param row the schema of a row
 * @param parameters those of the path
 */
export function changesPath(
  id: string,
  name: string,
  row: object,
  parameters: readonly object[],
  ...others: readonly OtherStatus[]
): object {
  const description = [
    `For clients that ask now and then: what changed in all since a position.`,
    'Conditions on fields narrow it to the rows that matched then or match now.',
  ].join(' ');
  return {
    get: {
      ...operation(`changes_${id}`, `What changed in ${name}`, description),
      parameters: [
        ...parameters,
        SINCE,
        ...TAKEN.map((control) => ({ $ref: `#/components/parameters/${control}` })),
      ],
      responses: {
        200: {
          description: 'Where the table stands, and what changed up to there.',
          headers: headerRefs('ETag', 'Table-Version', 'Table-Position'),
          content: { 'application/json': { schema: answerSchema(row) } },
        },
        ...otherResponses(304, 400, ...others),
      },
    },
  };
}

/** The answer without `since` is the position alone; with it, all but `reason` is there. */
function answerSchema(row: object): object {
  return {
    type: 'object',
    properties: {
      position: { type: 'string', description: 'Where the table stands now: the next `since`.' },
      recovered: {
        type: 'boolean',
        description: 'Whether this is all that changed. If not, read the rows again.',
      },
      reason: {
        type: 'string',
        enum: ['evicted', 'unknown', 'removed', 'key', 'schema', 'size'],
        description: 'Why it is not known what changed.',
      },
      changed: {
        type: 'array',
        items: row,
        description: 'The rows that are new or other, as they are now, in their order.',
      },
      deleted: {
        type: 'array',
        items: { type: ['string', 'number', 'boolean', 'array'] },
        description:
          'The keys of the rows that are gone, or match no longer; a key of several fields is an array of its values.',
      },
    },
    required: ['position'],
    dependentRequired: { recovered: ['changed', 'deleted'], reason: ['recovered'] },
  };
}
