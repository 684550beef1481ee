// The registries of problems, headers and controls → the components that all paths of the document share.
import { PROBLEMS, problemBody } from '../../problem.ts';
import { SUMMARY_SCHEMAS } from '../summary-schemas.ts';
import { anyValueSchema } from './any-value.ts';
import { CONTROL_COMPONENTS } from './control-parameters.ts';
import { CONDITION_SCHEMAS, SEARCH_SCHEMA } from './where-schemas.ts';

/** The statuses in which a table's URL may answer a problem. */
const STATUSES = [400, 404, 406, 409, 413, 415, 503] as const;

const HEADERS = {
  ETag: {
    required: true,
    description: 'Names this very answer: send it back in `If-None-Match` to be told 304.',
  },
  'X-Total-Count': {
    required: true,
    description: 'How many rows match, before paging.',
    type: 'integer',
  },
  Link: { description: 'The `first`, `prev`, `next` and `last` page (RFC 8288), when the answer is paged.' },
  'Table-Version': {
    required: true,
    description: 'Names the content of the table: the same for the same schema and cells.',
  },
  'Table-Position': {
    required: true,
    description: 'Where the feed of changes stood when this was answered.',
  },
} as const satisfies Record<string, { required?: true; description: string; type?: string }>;

/** References to header components, by the headers' names. */
export function headerRefs(...names: readonly (keyof typeof HEADERS)[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** A status of an answer that is no rows. */
export type OtherStatus = 304 | (typeof STATUSES)[number];

/** References to the answers that are no rows, by status: 304 and problems. */
export function otherResponses(...statuses: readonly OtherStatus[]): object {
  const nameOf = (status: number) => (status === 304 ? 'NotModified' : problemName(status));
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
}

/** What the document's `components` hold whatever tables there are. */
export const SHARED_COMPONENTS = {
  schemas: {
    Problem: problemSchema(),
    AnyRow: anyRowSchema(),
    Search: SEARCH_SCHEMA,
    ...CONDITION_SCHEMAS,
    Facets: SUMMARY_SCHEMAS.facet,
    Stats: SUMMARY_SCHEMAS.stats,
    Groups: SUMMARY_SCHEMAS.group,
  },
  headers: Object.fromEntries(
    Object.entries<{ required?: true; description: string; type?: string }>(HEADERS).map(
      ([name, { type = 'string', ...header }]) => [name, { ...header, schema: { type } }],
    ),
  ),
  parameters: CONTROL_COMPONENTS,
  responses: {
    NotModified: { description: 'You have this already (`If-None-Match`).', headers: headerRefs('ETag') },
    ...Object.fromEntries(STATUSES.map((status) => [problemName(status), problemResponse(status)])),
  },
} as const;

/** The problem response of a status, with its own description where there is more to say. */
export function problemResponse(status: number, description?: string): object {
  const problems = PROBLEMS.filter((problem) => problem.status === status);
  const means = problems.map(({ code, means }) => `\`${code}\`: ${means}`).join('\n\n');
  const [first] = problems;
  return {
    description: description ?? means,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        ...(first ? { example: problemBody({ code: first.code, detail: first.means }, '/api/…') } : {}),
      },
    },
  };
}

function problemName(status: number): string {
  return `Problem${status}`;
}

function problemSchema(): object {
  const string = (description: string) => ({ type: 'string', description });
  const fault = {
    type: 'object',
    properties: {
      parameter: string('The query parameter that is wrong.'),
      pointer: string('Where in the body it is wrong (RFC 6901).'),
      code: string('The kind of fault.'),
      message: string('What is wrong, in a sentence.'),
      found: string('What was sent.'),
      allowed: { type: 'array', items: { type: 'string' }, description: 'What would be right.' },
      nearest: string('What was probably meant.'),
    },
    required: ['code', 'message'],
  };
  return {
    type: 'object',
    description: 'What went wrong, as in RFC 9457.',
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'The kind of problem, at the URL of its documentation.',
      },
      title: string('The kind of problem in a few words.'),
      status: { type: 'integer', description: 'The HTTP status.' },
      detail: string('What is wrong and what to do about it.'),
      instance: string('The path and query that were asked for.'),
      errors: {
        type: 'array',
        items: fault,
        description: 'Each thing that is wrong, where there are several.',
      },
    },
    required: ['type', 'title', 'status', 'detail', 'instance'],
  };
}

function anyRowSchema(): object {
  return {
    type: 'object',
    description: 'A row: a member for every field of the table, in column order.',
    additionalProperties: anyValueSchema(),
  };
}
