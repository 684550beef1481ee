// The system's routes, as @fastify/swagger found them → path items whose examples work at this moment.
import { mapOperations } from './contract-paths.ts';

type Parameter = Readonly<{
  name?: string;
  in?: string;
  example?: unknown;
  schema?: Readonly<Record<string, unknown>>;
}>;

/**
 * @param paths the system's path items
 * @param table the name of a table, to try `/tables/{table}` out with
 */
export function systemPaths(
  paths: Readonly<Record<string, object | undefined>>,
  table: string | undefined,
): (readonly [path: string, item: object])[] {
  return Object.entries(paths).map(([path, item = {}]) => [
    path,
    mapOperations(item, (operation: { parameters?: readonly Parameter[] }) =>
      operation.parameters === undefined
        ? operation
        : {
            ...operation,
            parameters: operation.parameters.map((parameter) => withExample(parameter, table)),
          },
    ),
  ]);
}

/** Swagger UI sends `example`s unasked: only what a path cannot do without has one. */
function withExample(parameter: Parameter, table: string | undefined): object {
  const { example: own, schema: { example: inner, ...schema } = {}, ...rest } = parameter;
  const example = own ?? inner;
  if (rest.in === 'path') {
    const shown = rest.name === 'table' ? (table ?? example) : example;
    return { ...rest, ...(shown === undefined ? {} : { example: shown }), schema };
  }
  return { ...rest, schema: example === undefined ? schema : { ...schema, examples: [example] } };
}
