// Turns what serves at a moment into OpenAPI path items, with examples that work.

import type { Snapshot } from '../catalog.ts';
import { exampleValues } from './examples.ts';
import { type JsonObject, member } from './json.ts';
import type { Operation } from './operations.ts';
import type { View } from './view.ts';

/** Path items by path template, and the component schemas that they refer to. */
export type ContractPaths = Readonly<{
  paths: ReadonlyMap<string, object>;
  schemas: ReadonlyMap<string, object>;
}>;

/** Operations that cannot be answered now are left out, and so are aliases. */
export function documentPaths(view: View, snapshot: Snapshot): ContractPaths {
  const paths = new Map<string, object>();
  const schemas = new Map<string, object>();
  for (const document of view.serving) {
    for (const operation of document.operations) {
      if (view.standings.get(operation)?.kind !== 'ok' || view.routing.hidden.has(operation)) continue;
      const { item, operation: shown } = operation.documentation;
      const parameters = parametersOf(operation, snapshot);
      const get = { ...shown, ...(parameters.length > 0 ? { parameters } : {}) };
      paths.set(operation.route.path, { ...item, get });
    }
    for (const [name, schema] of document.schemas) schemas.set(name, schema);
  }
  return Object.freeze({ paths, schemas });
}

/** The declared parameters; path parameters that the document forgot are texts. */
function parametersOf(operation: Operation, snapshot: Snapshot): readonly JsonObject[] {
  const names = operation.route.parameters;
  const { parameters } = operation.documentation;
  const values = exampleValues(operation, snapshot);
  const isDeclared = (name: string) =>
    parameters.some((parameter) => parameter.in === 'path' && parameter.name === name);
  const forgotten = names
    .filter((name) => !isDeclared(name))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  return [...parameters, ...forgotten].map((parameter: JsonObject) => {
    if (parameter.in !== 'path') return parameter;
    const value = values[names.indexOf(String(parameter.name))];
    const { example: _example, examples: _examples, ...rest } = parameter;
    return value === undefined ? rest : { ...rest, example: typed(value, rest) };
  });
}

function typed(value: string, parameter: JsonObject): string | number {
  const type = member(member(parameter, 'schema'), 'type');
  const isNumeric = type === 'integer' || type === 'number';
  return isNumeric && String(Number(value)) === value ? Number(value) : value;
}
