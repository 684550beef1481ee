// The closed registry of problem types (RFC 9457): every error that Rowcast answers is one of these.

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
    code: 'content-too-large',
    status: 413,
    title: 'The body is too large',
    means: 'The request has a larger body than the server reads.',
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
      'The file was never readable, or lacks a field that a contract needs. `detail` says where and why; the table is served as soon as the file is mended.',
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

/**
 * The candidate that a misspelled word most likely stands for: least edits (a letter more, less, replaced, or two
 * swapped: optimal string alignment), at most a third of its length, without case; its beginning counts as well.
 * @returns undefined when none is near
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = wanted.length < 2 ? 1 : Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    if (wanted.length - candidate.length >= least) continue;
    const lower = candidate.toLowerCase();
    const whole = lower.length - wanted.length < least ? editDistance(wanted, lower) : least;
    const distance = wanted.length < 3 ? whole : Math.min(whole, distanceToStart(wanted, lower));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** A word cut short is farther from the whole one than from its beginning, but no perfect match of it. */
function distanceToStart(wanted: string, candidate: string): number {
  const isLonger = candidate.length > wanted.length;
  return editDistance(wanted, candidate.slice(0, wanted.length)) + (isLonger ? 0.5 : 0);
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
