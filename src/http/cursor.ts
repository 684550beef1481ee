// Where a page begins → an opaque token that holds for one version and one query, and back.
import { hash } from 'node:crypto';
import type { Fault, Problem } from '../problem.ts';
import { queryProblem } from '../query/faults.ts';

/** The pages of one answer: one version of a table, and the canonical query without its cursor. */
export type Paged = Readonly<{ version: string; canonical: string }>;

export type CursorRead = Readonly<{ kind: 'offset'; offset: number } | { kind: 'problem'; problem: Problem }>;

/** A token as it is written: offset, version and a hash of the query, as text in base64url. */
const PARTS = /^(0|[1-9]\d{0,15})\.([0-9a-f]+)\.([\w-]+)$/;
const TOKEN = /^[\w-]{1,200}$/;

/** The token of the page that begins after so many rows; that of the first one is empty. */
export function writeCursor({ version, canonical }: Paged, offset: number): string {
  if (offset === 0) return '';
  return Buffer.from(`${offset}.${version}.${queryHash(canonical)}`).toString('base64url');
}

/** Where the page of a token begins, or why it cannot be told: malformed, of another query, of an earlier version. */
export function readCursor({ version, canonical }: Paged, cursor: string): CursorRead {
  if (cursor === '') return { kind: 'offset', offset: 0 };
  const [, offset, ofVersion, ofQuery] = TOKEN.test(cursor)
    ? (PARTS.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [])
    : [];
  if (offset === undefined || ofVersion === undefined) return wrong(cursor, 'malformed-cursor', MALFORMED);
  if (ofVersion !== version)
    return { kind: 'problem', problem: { code: 'version-changed', detail: CHANGED } };
  if (ofQuery !== queryHash(canonical)) return wrong(cursor, 'other-query', OTHER_QUERY);
  return { kind: 'offset', offset: Number(offset) };
}

const MALFORMED =
  'This is no cursor: begin with an empty one, and go on with the `next` link of each answer.';
const OTHER_QUERY =
  'The cursor belongs to another query: only `_cursor` itself may differ between the pages of one answer.';
const CHANGED =
  'The rows have changed since the first page: begin again with an empty `_cursor`, or rows would be missing or come twice.';

function queryHash(canonical: string): string {
  return hash('sha1', canonical, 'base64url').slice(0, 12);
}

function wrong(found: string, code: string, message: string): CursorRead {
  const fault: Fault = { parameter: '_cursor', code, message, found: found.slice(0, 200) };
  return { kind: 'problem', problem: queryProblem([fault]) };
}
