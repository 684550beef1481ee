// Turns the documents and the tables of one moment into what the contracts are at that moment.

import type { Snapshot } from '../catalog.ts';
import type { ContractDocument } from './document.ts';
import type { Operation } from './operations.ts';
import { buildRouting, type Found, findRoute, type Routing } from './routing.ts';
import { type Standing, standingOf } from './standing.ts';

/** How a document stands. `silent`: none of its tables exists. Problems are sentences. */
export type ContractReport = Readonly<{
  path: string;
  state: 'ok' | 'partial' | 'silent' | 'stale' | 'error';
  problems: readonly string[];
}>;

/** A document's place: the last good content, if there was one, and what is wrong with the present one. */
export type Held = Readonly<{ path: string; document: ContractDocument | null; problems: readonly string[] }>;

export type View = Readonly<{
  routing: Routing;
  /** Documents that are not silent, in the order of their names. */
  serving: readonly ContractDocument[];
  standings: ReadonlyMap<Operation, Standing>;
}>;

export function isSilent(document: ContractDocument, snapshot: Snapshot): boolean {
  return document.tables.length > 0 && !document.tables.some((name) => snapshot.tables.has(name));
}

/** @param previous the routing of the moment before, kept while the same documents serve */
export function viewOf(held: readonly Held[], snapshot: Snapshot, previous: View | null): View {
  const serving = held.flatMap(({ document }) =>
    document === null || isSilent(document, snapshot) ? [] : [document],
  );
  const isSame =
    previous?.serving.length === serving.length &&
    previous.serving.every((document, i) => document === serving[i]);
  const routing = isSame ? (previous as View).routing : buildRouting(serving);
  const operations = serving.flatMap((document) => document.operations);
  const standings = new Map(operations.map((operation) => [operation, standingOf(operation, snapshot)]));
  return Object.freeze({ routing, serving, standings });
}

/** What answers a path now; null where nothing does, or where a missing table gives way to one of that very path. */
export function lookUp(
  view: View,
  path: string,
  snapshot: Snapshot,
): (Found & { standing: Standing }) | null {
  const found = findRoute(view.routing, path);
  if (found === null) return null;
  const standing = view.standings.get(found.bound.operation) as Standing;
  if (standing.kind === 'missing' && isTablePath(path, snapshot)) return null;
  return { ...found, standing };
}

function isTablePath(path: string, snapshot: Snapshot): boolean {
  const [, name] = /^\/+api\/+([^/]+)(?:\/+[^/]+)?\/*$/.exec(path) ?? [];
  if (name === undefined) return false;
  try {
    return snapshot.tables.has(decodeURIComponent(name).normalize('NFC'));
  } catch {
    return false;
  }
}

/** Everything that is wrong with a document at a moment; `isContractFault` tells what its author can mend. */
export function problemsOf(
  held: Held,
  view: View,
  snapshot: Snapshot,
): readonly Readonly<{ text: string; isContractFault: boolean }>[] {
  const problems = held.problems.map((text) => ({ text, isContractFault: true }));
  const { document } = held;
  if (document === null) return problems;
  if (isSilent(document, snapshot)) {
    return [
      ...problems,
      { text: `None of its tables exists: ${document.tables.join(', ')}.`, isContractFault: false },
    ];
  }
  for (const text of view.routing.conflicts.get(document) ?? [])
    problems.push({ text, isContractFault: true });
  const byReason = new Map<string, { isContractFault: boolean; paths: string[] }>();
  for (const operation of document.operations) {
    const standing = view.standings.get(operation);
    if (standing === undefined || standing.kind === 'ok') continue;
    const { reason, isContractFault } = standing;
    const same = byReason.get(reason) ?? { isContractFault, paths: [] };
    byReason.set(reason, same);
    same.paths.push(`GET ${operation.route.path}`);
  }
  for (const [reason, { isContractFault, paths }] of byReason) {
    problems.push({ text: `${reason} It is read by ${paths.join(', ')}.`, isContractFault });
  }
  return problems;
}

/** How a document stands at a moment. A malformed one is `error`, whatever its last good content still answers. */
export function reportOf(held: Held, view: View, snapshot: Snapshot): ContractReport {
  const { path, document } = held;
  const problems = Object.freeze(problemsOf(held, view, snapshot).map(({ text }) => text));
  if (document === null) return Object.freeze({ path, state: 'error', problems });
  // Its last good content is served, as a table's is.
  if (held.problems.length > 0) return Object.freeze({ path, state: 'stale', problems });
  if (isSilent(document, snapshot)) return Object.freeze({ path, state: 'silent', problems });
  const isAnswering = document.operations.some((operation) => {
    return view.standings.get(operation)?.kind === 'ok' && !view.routing.hidden.has(operation);
  });
  return Object.freeze({
    path,
    state: problems.length === 0 ? 'ok' : isAnswering ? 'partial' : 'error',
    problems,
  });
}
