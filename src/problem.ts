// The closed registry of problem types (RFC 9457): every error that Rowcast answers is one of these.

export { nearest } from './nearest.ts';

/** A retired code is never used for anything else. */
export const PROBLEMS = [
  {
    code: 'invalid-query',
    status: 400,
    title: 'The query cannot be answered',
    means:
      'A parameter of the URL is unknown, has a value of the wrong type, or contradicts another. `errors` lists each.',
  },
  {
    code: 'bad-request',
    status: 400,
    title: 'The request cannot be read',
    means: 'The request line, a header or the percent-encoding of the URL is malformed.',
  },
  {
    code: 'invalid-frame',
    status: 400,
    title: 'The frame cannot be read',
    means:
      'A frame that a client of the feed sent is no JSON object with a known `op`, or has a member that is unknown, missing or of the wrong type. The socket stays open.',
  },
  {
    code: 'unknown-table',
    status: 404,
    title: 'No such table',
    means:
      'No file of the data folder serves a table of this name. `/tables` lists those there are, and the files that are none.',
  },
  {
    code: 'unknown-row',
    status: 404,
    title: 'No such row',
    means: 'The table has no row with this key. A key is written as its canonical text.',
  },
  {
    code: 'unknown-subscription',
    status: 404,
    title: 'No such subscription',
    means: 'The socket has no subscription with this id: it was never made, or has ended.',
  },
  { code: 'not-found', status: 404, title: 'Nothing here', means: 'No route has this path.' },
  {
    code: 'method-not-allowed',
    status: 405,
    title: 'Method not allowed',
    means: 'The resource exists and does not take this method. The `Allow` header lists those it takes.',
  },
  {
    code: 'not-acceptable',
    status: 406,
    title: 'No representation that you accept',
    means: 'The `Accept` header names no media type that the resource has.',
  },
  {
    code: 'version-changed',
    status: 409,
    title: 'The table has changed',
    means: 'The cursor belongs to an earlier version of the table. Start again from the first page.',
  },
  {
    code: 'subscription-exists',
    status: 409,
    title: 'The subscription exists',
    means: 'The socket has a subscription with this id already. Unsubscribe it first, or take another id.',
  },
  {
    code: 'content-too-large',
    status: 413,
    title: 'The content is too large',
    means:
      'The request has a larger body than the server reads, or a snapshot has more rows than the feed sends.',
  },
  {
    code: 'uri-too-long',
    status: 414,
    title: 'The URL is too long',
    means: 'A part of the path is longer than any file name can be.',
  },
  {
    code: 'unsupported-media-type',
    status: 415,
    title: 'Unsupported media type',
    means: 'The request has a body of a media type that the resource does not read.',
  },
  {
    code: 'upgrade-required',
    status: 426,
    title: 'This is a WebSocket',
    means: 'The resource speaks WebSocket: connect with `new WebSocket(…)` or another WebSocket client.',
  },
  {
    code: 'too-many-requests',
    status: 429,
    title: 'Too many requests',
    means: 'A limit of the server is reached. Try again later.',
  },
  {
    code: 'header-too-large',
    status: 431,
    title: 'The headers are too large',
    means: 'The request has larger headers than the server reads.',
  },
  {
    code: 'internal-error',
    status: 500,
    title: 'Rowcast failed',
    means: 'A bug in Rowcast. The log of the server has the details.',
  },
  {
    code: 'table-unavailable',
    status: 503,
    title: 'The table cannot be read',
    means:
      'The file was never readable, or lacks a field that a contract needs: `detail` says where and why, and the table is served as soon as the file is mended. Or the server has just started and still reads the folder: try again after `Retry-After` seconds.',
  },
] as const satisfies readonly Readonly<{ code: string; status: number; title: string; means: string }>[];

/** A problem type's name: the last part of its URI. */
export type ProblemCode = (typeof PROBLEMS)[number]['code'];

/** One of several things wrong with a request (`errors`). */
export type Fault = Readonly<{
  /** The query parameter, or the JSON pointer into the body, that is wrong. */
  parameter?: string;
  pointer?: string;
  code: string;
  message: string;
  found?: string;
  allowed?: readonly string[];
  nearest?: string;
}>;

/** What a core function answers instead of a result when the request is at fault. */
export type Problem = Readonly<{ code: ProblemCode; detail: string; errors?: readonly Fault[] }>;

/** The body of an `application/problem+json` answer. */
export type ProblemBody = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: readonly Fault[];
}>;

/** Where each problem type is documented: the page `/problems/{code}` of the server itself. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}

/** The registry's entry of a code. */
export function problemDefinition(code: ProblemCode): (typeof PROBLEMS)[number] {
  return PROBLEMS.find((problem) => problem.code === code) as (typeof PROBLEMS)[number];
}

/** Gives a problem its body. `instance` is the path and query of the request. */
export function problemBody(problem: Problem, instance: string): ProblemBody {
  const { title, status } = problemDefinition(problem.code);
  const { detail, errors } = problem;
  return { type: problemType(problem.code), title, status, detail, instance, ...(errors ? { errors } : {}) };
}
