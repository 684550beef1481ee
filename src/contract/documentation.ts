// Takes from a document what the documentation shows of a bound operation, so that it stands without its document.

import { isObject, type JsonObject, member } from './json.ts';
import type { Rewriter } from './references.ts';

/** The tag under which every operation of Rowcast stands. */
const TAG = 'Rowcast';

/** `operation` lacks its parameters, which are beside it: each has a name and a place (`in`) of its own. */
export type Documentation = Readonly<{
  item: JsonObject;
  operation: JsonObject;
  parameters: readonly JsonObject[];
  /** The example values of path parameters that the document gives itself, by name, as they stand in a URL. */
  examples: ReadonlyMap<string, string>;
}>;

type Context = Readonly<{ prefix: string; rewriter: Rewriter; resolve: (value: unknown) => unknown }>;

/** Members that mean nothing here: the server is this one, and it asks for no credentials. */
const DROPPED = new Set([
  'x-rowcast',
  'parameters',
  'servers',
  'security',
  'tags',
  'operationId',
  'callbacks',
]);

export function documentOperation(item: JsonObject, operation: JsonObject, context: Context): Documentation {
  const { prefix, rewriter, resolve } = context;
  const parameters = new Map<string, JsonObject>();
  const examples = new Map<string, string>();
  for (const list of [item.parameters, operation.parameters]) {
    for (const given of Array.isArray(list) ? list : []) {
      const parameter = resolve(given);
      if (!isObject(parameter)) continue;
      const name = String(parameter.name);
      parameters.set(`${String(parameter.in)} ${name}`, rewriter.rewrite(parameter) as JsonObject);
      const example = exampleOf(parameter, resolve);
      if (parameter.in === 'path' && example !== undefined) examples.set(name, String(example));
    }
  }
  const kept = Object.entries(operation).filter(([name]) => !DROPPED.has(name));
  const id = operation.operationId;
  const shown = rewriter.rewrite(Object.fromEntries(kept)) as JsonObject;
  return Object.freeze({
    item: Object.fromEntries(
      ['summary', 'description'].flatMap((name) => (item[name] ? [[name, item[name]]] : [])),
    ),
    operation: {
      ...shown,
      tags: [TAG],
      ...(typeof id === 'string' ? { operationId: `${prefix}.${id}` } : {}),
    },
    parameters: Object.freeze([...parameters.values()]),
    examples,
  });
}

function exampleOf(parameter: JsonObject, resolve: (value: unknown) => unknown): unknown {
  const [named] = Object.values(isObject(parameter.examples) ? parameter.examples : {});
  const schema = resolve(parameter.schema);
  return (
    member(parameter, 'example') ??
    member(resolve(named), 'value') ??
    member(schema, 'example') ??
    member(member(schema, 'examples'), '0') ??
    member(schema, 'default')
  );
}
