// Turns the text of an OpenAPI document into the operations that it binds to tables, or into what is wrong with it.

import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { faultSentence } from './binding.ts';
import { isObject, isTree, type JsonObject, member, members, pointerOf } from './json.ts';
import { type Fault, type Operation, readOperations } from './operations.ts';
import { createRewriter, danglingReferences } from './references.ts';

/** `path` is the file's name in the contracts folder; `schemas` are those that the documentation refers to. */
export type ContractDocument = Readonly<{
  path: string;
  operations: readonly Operation[];
  tables: readonly string[];
  schemas: ReadonlyMap<string, object>;
}>;

export type ReadDocument =
  | Readonly<{ kind: 'bound'; document: ContractDocument }>
  /** No operation carries `x-rowcast`. */
  | Readonly<{ kind: 'unbound' }>
  /** It is no document of this kind at all. */
  | Readonly<{ kind: 'foreign'; problems: readonly string[] }>
  | Readonly<{ kind: 'malformed'; problems: readonly string[] }>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** @param path the file's name; @param text what stands in it: YAML or JSON, OpenAPI 3 */
export function readDocument(path: string, text: string): ReadDocument {
  const parsed = parse(text);
  if (typeof parsed === 'string') return { kind: 'malformed', problems: [parsed] };
  const { root } = parsed;
  if (!isObject(root)) {
    return { kind: 'foreign', problems: [faultSentence('', root, 'an object: an OpenAPI document')] };
  }
  const problems: string[] = [];
  const fault = (pointer: string, found: unknown, expected: string) => {
    problems.push(faultSentence(pointer, found, expected));
  };
  if (!hasBindings(root, fault)) {
    return problems.length > 0 ? { kind: 'malformed', problems } : { kind: 'unbound' };
  }
  const version = member(root, 'openapi');
  if (typeof version !== 'string' || !/^3\.\d/.test(version)) {
    fault('/openapi', version, 'the version of OpenAPI, such as "3.1.0"');
  }
  for (const { pointer, ref } of danglingReferences(root)) {
    fault(pointer, ref, 'a reference to something in this document, such as #/components/schemas/Name');
  }
  if (problems.length > 0) return { kind: 'malformed', problems };
  const prefix = prefixOf(path);
  const rewriter = createRewriter(root, (name) => `${prefix}.${name.replace(/[^\w.-]/g, '_')}`);
  const operations = readOperations(root, prefix, rewriter, fault);
  if (problems.length > 0) return { kind: 'malformed', problems };
  const tables = Object.freeze([...new Set(operations.flatMap((operation) => operation.tables))]);
  return {
    kind: 'bound',
    document: Object.freeze({ path, operations, tables, schemas: rewriter.schemas() }),
  };
}

function parse(text: string): { root: unknown } | string {
  try {
    const document = parseDocument(text.replace(/^\uFEFF/, ''));
    const [error] = document.errors;
    if (error !== undefined) {
      const line = error.linePos?.[0].line;
      return `${line === undefined ? '' : `Line ${line}: `}${error.message.split(' at line ')[0]}.`;
    }
    const root: unknown = document.toJS();
    return isTree(root) ? { root } : 'It is nested too deeply, or an anchor holds itself.';
  } catch (error) {
    return `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Whether anything carries `x-rowcast`; where that cannot be bound, it is a fault. */
function hasBindings(root: JsonObject, fault: Fault): boolean {
  let isBound = false;
  const misplaced = (pointer: string, node: unknown) => {
    if (member(node, 'x-rowcast') !== undefined)
      fault(`${pointer}/x-rowcast`, member(node, 'x-rowcast'), 'it inside an operation');
  };
  misplaced('', root);
  for (const [path, item] of members(member(root, 'paths'))) {
    misplaced(pointerOf('paths', path), item);
    for (const method of METHODS) {
      const binding = member(member(item, method), 'x-rowcast');
      if (binding === undefined) continue;
      if (method === 'get') isBound = true;
      else fault(pointerOf('paths', path, method, 'x-rowcast'), binding, 'it in a get: tables are only read');
    }
  }
  return isBound;
}

/** A prefix for the names of a document's schemas and operations that no other document has. */
function prefixOf(path: string): string {
  const plain = /^([A-Za-z0-9_-]+)\.yaml$/.exec(path)?.[1];
  if (plain !== undefined) return plain;
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 6);
  return `${path.replace(/\.[^.]*$/, '').replace(/[^\w-]/g, '_')}-${hash}`;
}
