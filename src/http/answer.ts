// What is asked of a table → the answer: validators, then indexes, then rows or a summary, then their representation.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { execute, type Selection } from '../query/execute.ts';
import { neededIndexes, wantedIndexes } from '../query/needs.ts';
import { summarize } from '../query/summarize.ts';
import type { Meant } from './ask.ts';
import { type Draft, draftOf, type RowsTarget } from './draft.ts';
import { answerAfter } from './later.ts';
import { isUnmodifiedSince } from './modified.ts';
import { sendProblem } from './problems.ts';
import { headersOf, represent } from './represent.ts';
import { type Body, sendBody } from './send.ts';
import { type AboutTable, LARGEST_KEPT, type Serving } from './serving.ts';
import { isNotModified, sendNothing } from './validators.ts';

/**
 * Answers what a request means; nothing is waited for that is there.
 * @param row the index of the one row that is asked for; null: those that the plan selects
 */
export function answer(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  target: RowsTarget,
  meant: Meant,
  row: number | null = null,
): void {
  const draft = draftOf(target, meant, row, request.raw.headers);
  if (draft.kind === 'problem') {
    sendProblem(request, reply, draft.problem);
    return;
  }
  const about = serving.about(target.entry);
  reply.header('etag', draft.etag).headers(about.headers);
  if (hasAlready(request, draft, about)) {
    sendNothing(reply.code(304));
    return;
  }
  const kept = serving.bodies.get(keyOf(draft));
  if (kept === undefined) {
    answerAfter(reply, prepare(serving, draft), () => make(serving, request, reply, draft));
    return;
  }
  reply.headers(kept.headers).headers(headersOf(draft, kept.total));
  if (request.method === 'HEAD') sendNothing(reply);
  else reply.send(kept.body);
}

/** A POST has no representation of its own to compare with (RFC 9110, section 13.2.1): it is always answered. */
function hasAlready(request: FastifyRequest, { etag, versions }: Draft, { modified }: AboutTable): boolean {
  if (request.method === 'POST') return false;
  const { headers } = request.raw;
  if (headers['if-none-match'] !== undefined) return isNotModified(headers['if-none-match'], etag);
  return versions.length === 1 && isUnmodifiedSince(headers['if-modified-since'], modified);
}

function keyOf({ coding, identity }: Draft): string {
  return coding === null ? identity : `${coding} ${identity}`;
}

/** Has made, elsewhere or in slices, what the answer needs and is not there yet. */
function prepare({ indexes }: Serving, { plan, target, embeds, row }: Draft): Promise<unknown> | undefined {
  const { table } = target.entry;
  const waits = [
    row === null ? indexes.ensure(table, neededIndexes(plan, table)) : undefined,
    embeds?.ready(),
  ];
  return waits.some((wait) => wait !== undefined) ? Promise.all(waits) : undefined;
}

/** What was found: how much there is in all, and what makes the body when it is wanted. */
type Found = Readonly<{ total: number; body: () => Body }>;

function make(serving: Serving, request: FastifyRequest, reply: FastifyReply, draft: Draft): void {
  const { chosen, coding, target, versions, embeds } = draft;
  let found: Found;
  if (chosen.rows === null) found = summary(serving, draft);
  else {
    const { rows } = chosen;
    const selection = select(serving, draft);
    const problem = embeds?.problem(selection) ?? null;
    if (problem !== null) {
      sendProblem(request, reply, problem);
      return;
    }
    found = { total: selection.total, body: () => represent(draft, rows, selection) };
  }
  const { total, body } = found;
  const headers = { 'content-type': chosen.contentType, ...chosen.rows?.headers?.(target.entry.name) };
  reply.headers(headers).headers(headersOf(draft, total));
  if (request.method === 'HEAD') {
    sendNothing(reply);
    return;
  }
  const keep = (whole: string | Buffer, by: string | null) => {
    // A moment that is over is not asked about again.
    if (serving.catalog.current() !== target.snapshot) return;
    const coded = by === null ? headers : { ...headers, 'content-encoding': by };
    serving.bodies.keep(keyOf(draft), versions, { body: whole, headers: coded, total });
  };
  sendBody(reply, body(), coding, keep, LARGEST_KEPT);
}

function select({ indexes }: Serving, { plan, target, row }: Draft): Selection {
  const { table } = target.entry;
  if (row !== null) return { rows: null, start: row, count: 1, total: 1 };
  const selection = execute(plan, table, indexes);
  indexes.suggest(table, wantedIndexes(plan, table));
  return selection;
}

function summary({ indexes }: Serving, { plan, target }: Draft): Found {
  const { total, body } = summarize(plan, target.entry.table, indexes);
  return { total, body: () => JSON.stringify(body) };
}
