// A query string and a table → what is asked of it: the request and its plan, kept for the next time.

import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { EVERYTHING, type Plan, planRequest } from '../query/plan.ts';
import type { Relation } from '../query/relations.ts';
import { EMPTY_REQUEST, parseRequest, type Request } from '../query/request.ts';
import type { Table } from '../table/table.ts';
import { after } from './later.ts';
import type { ServedEntry } from './lookup.ts';
import { relationsOf } from './relations.ts';

/** What a request means for one version of a table. */
export type Meant = Readonly<{
  request: Request;
  plan: Plan;
  /** The plan's canonical text without its cursor: that which the pages of one answer share. */
  pages: string;
  /** Those of the table, where the request needs them. */
  relations: readonly Relation[];
  /** Whether the request can be written as a URL. */
  isLinked: boolean;
}>;

export type Asked = Readonly<{ kind: 'meant'; meant: Meant } | { kind: 'problem'; problem: Problem }>;

/** Queries that are kept for each version of a table, and the longest of them. */
const MOST_KEPT = 500;
const LONGEST_KEPT = 1000;

const kept = new WeakMap<Table, Map<string, Asked>>();

/**
 * Reads a query. What a text meant before, it means again, as long as the version is the same.
 * @param query what stands behind the `?`
 * @returns a promise only while the table's relations are looked for
 */
export function ask(snapshot: Snapshot, { table, name }: ServedEntry, query: string): Asked | Promise<Asked> {
  const known = kept.get(table)?.get(query);
  if (known !== undefined) return known;
  const parsed = query === '' ? NOTHING : parseRequest(query);
  if (parsed.kind === 'problem') return parsed;
  const { request } = parsed;
  if (request.some(([key]) => EMBEDDING.has(key))) {
    return after(relationsOf(snapshot, name), (relations) => meantBy(request, table, relations));
  }
  const asked = meantBy(request, table, []);
  if (asked.kind === 'meant' && query.length <= LONGEST_KEPT) keep(table, query, asked);
  return asked;
}

/** The parameters that may name relations. */
const EMBEDDING: ReadonlySet<string> = new Set(['_embed', '_expand']);

const NOTHING = Object.freeze({ kind: 'request', request: EMPTY_REQUEST } as const);

/** What parameters mean for a table, or the problem that lists what is wrong with them. */
export function meantBy(request: Request, { schema }: Table, relations: readonly Relation[]): Asked {
  const context = { embeds: relations.map(({ name }) => name) };
  const planned = request.length === 0 ? PLAIN : planRequest(request, schema, context);
  if (planned.kind === 'problem') return planned;
  const { plan } = planned;
  if (plan.paging.kind !== 'cursor')
    return meant({ request, plan, pages: plan.canonical, relations, isLinked: true });
  const others = request.filter(([key]) => key !== '_cursor');
  const base = planRequest(others, schema, context);
  if (base.kind === 'problem') return base;
  return meant({ request, plan, pages: base.plan.canonical, relations, isLinked: true });
}

const PLAIN = Object.freeze({ kind: 'plan', plan: EVERYTHING } as const);

function meant(found: Meant): Asked {
  return Object.freeze({ kind: 'meant', meant: Object.freeze(found) });
}

function keep(table: Table, query: string, asked: Asked): void {
  const known = kept.get(table);
  if (known === undefined) {
    kept.set(table, new Map([[query, asked]]));
    return;
  }
  if (known.size >= MOST_KEPT) known.clear();
  known.set(query, asked);
}
