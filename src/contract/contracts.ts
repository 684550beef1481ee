// Keeps the contract documents of a folder, and answers their operations from the tables of a moment.

import { createHash } from 'node:crypto';
import type { Snapshot } from '../catalog.ts';
import { answerOperation, type ContractAnswer } from './answer.ts';
import { readDocument } from './document.ts';
import { type DocumentText, followFolder, type Watch } from './folder.ts';
import { type ContractPaths, documentPaths } from './openapi.ts';
import { shadowedTables } from './shadow.ts';
import { type ContractReport, type Held, lookUp, problemsOf, reportOf, type View, viewOf } from './view.ts';

export type { ContractAnswer } from './answer.ts';
export type { ContractReport } from './view.ts';

export type Contracts = Readonly<{
  /** Changes whenever a document changes: fit for an ETag. */
  tag: () => string;
  /** How each document stands; those that bind nothing do not appear. */
  reports: (snapshot: Snapshot) => readonly ContractReport[];
  /**
   * @param path the raw path of the URL, still percent-encoded
   * @returns the answer of the operation that has this path now; null where none has it (others may answer then), and
   * for OPTIONS, which `allow` is for. HEAD is answered as GET.
   */
  answer: (method: string, path: string, snapshot: Snapshot) => ContractAnswer | null;
  /** The methods that a path takes now, or null where no operation has it. */
  allow: (path: string, snapshot: Snapshot) => readonly string[] | null;
  /** The operations to document now, and the schemas they need, under names that no other document has. */
  openapi: (snapshot: Snapshot) => ContractPaths;
  /** Tables whose `/api/{table}` or `/api/{table}/{key}` an operation answers instead, with that operation's path. */
  shadowed: (snapshot: Snapshot) => ReadonlyMap<string, string>;
  close: () => Promise<void>;
}>;

/** @property log takes one line; each problem is told once */
export type ContractOptions = Readonly<{ folder: string; watch: Watch; log: (line: string) => void }>;

const METHODS = Object.freeze(['GET', 'HEAD', 'OPTIONS']);

/** Resolves after the first reading of the folder; a folder that does not exist holds no contracts. */
export async function startContracts({ folder, watch, log }: ContractOptions): Promise<Contracts> {
  let held: readonly Held[] = Object.freeze([]);
  let tag = tagOf(new Map());
  let latest: Readonly<{ snapshot: Snapshot; view: View }> | null = null;
  let paths: Readonly<{ view: View; paths: ContractPaths }> | null = null;
  const texts = new Map<string, DocumentText>();
  const told = new Map<string, Set<string>>();

  const tell = (path: string, problem: string) => {
    const before = told.get(path) ?? new Set();
    told.set(path, before);
    if (before.has(problem)) return;
    before.add(problem);
    log(`contract ${path}: ${problem}`);
  };
  const take = (changed: readonly DocumentText[]) => {
    const byPath = new Map(held.map((one) => [one.path, one]));
    for (const text of changed) {
      const { path } = text;
      if (text.kind === 'gone') texts.delete(path);
      else texts.set(path, text);
      const next = hold(text, byPath.get(path));
      told.delete(path);
      if (next === null) byPath.delete(path);
      else byPath.set(path, next);
      for (const problem of next?.problems ?? []) tell(path, problem);
    }
    held = Object.freeze([...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
    tag = tagOf(texts);
    latest = null;
  };
  const viewAt = (snapshot: Snapshot): View => {
    if (latest?.snapshot === snapshot) return latest.view;
    const view = viewOf(held, snapshot, latest?.view ?? null);
    latest = Object.freeze({ snapshot, view });
    if (snapshot.isScanned) {
      for (const one of held) {
        for (const { text, isContractFault } of problemsOf(one, view, snapshot))
          if (isContractFault) tell(one.path, text);
      }
    }
    return view;
  };

  const following = await followFolder({ folder, watch, onTexts: take });

  return Object.freeze({
    tag: () => tag,
    reports: (snapshot) => held.map((one) => reportOf(one, viewAt(snapshot), snapshot)),
    answer(method, path, snapshot) {
      if (method === 'OPTIONS') return null;
      const found = lookUp(viewAt(snapshot), path, snapshot);
      if (found === null) return null;
      if (method !== 'GET' && method !== 'HEAD') {
        const detail = `${path} is only read: it takes ${METHODS.join(', ')}, and not ${method}.`;
        return { kind: 'problem', problem: { code: 'method-not-allowed', detail }, allow: METHODS };
      }
      return answerOperation(found.bound.operation, found.standing, found.values, snapshot);
    },
    allow: (path, snapshot) => (lookUp(viewAt(snapshot), path, snapshot) === null ? null : METHODS),
    openapi(snapshot) {
      const view = viewAt(snapshot);
      if (paths?.view !== view) paths = Object.freeze({ view, paths: documentPaths(view, snapshot) });
      return paths.paths;
    },
    shadowed: (snapshot) => shadowedTables(viewAt(snapshot), snapshot),
    close: () => following.close(),
  } satisfies Contracts);
}

/** A document's new place; a bad content never replaces a good one. */
function hold(text: DocumentText, before: Held | undefined): Held | null {
  const { path } = text;
  const document = before?.document ?? null;
  if (text.kind === 'gone') return null;
  if (text.kind === 'unreadable') return Object.freeze({ path, document, problems: [text.problem] });
  const read = readDocument(path, text.text);
  switch (read.kind) {
    case 'unbound':
      return null;
    case 'foreign':
      return document && Object.freeze({ path, document, problems: read.problems });
    case 'malformed':
      return Object.freeze({ path, document, problems: read.problems });
    case 'bound':
      return Object.freeze({ path, document: read.document, problems: [] });
  }
}

function tagOf(texts: ReadonlyMap<string, DocumentText>): string {
  const all = [...texts.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}
