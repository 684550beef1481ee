// The tables past those that have paths of their own → two templated paths that describe them all.
import type { Entry } from '../../catalog.ts';
import { CONTROL_PARAMETERS, headerRefs, otherResponses } from './components.ts';
import { exampleKey } from './examples.ts';
import { code } from './markdown.ts';
import { operation } from './operation.ts';

/** Of more tables than these, the further ones are described once, together. */
export const MOST_TABLES = 200;

/** @param entries the tables that have no paths of their own, at least one */
export function anyTablePaths(entries: readonly Entry[]): readonly (readonly [path: string, item: object])[] {
  const shown = entries.find(({ table }) => table !== null && exampleKey(table) !== undefined) ?? entries[0];
  const key = shown?.table ? exampleKey(shown.table) : undefined;
  const table = pathParameter('table', "The table's name.", shown?.name);
  const row = { $ref: '#/components/schemas/AnyRow' };
  const description =
    `${entries.length} further tables, such as ${code(shown?.name ?? '')}; \`/tables\` lists all of them. ` +
    'Every field of a table is a parameter too: rows in which it is equal to that.';
  const list = {
    get: {
      ...operation('list_any', 'Rows of any other table', description),
      parameters: [table, ...CONTROL_PARAMETERS],
      responses: {
        200: {
          description: 'The rows, in file order.',
          headers: headerRefs('ETag', 'X-Total-Count', 'Link', 'Table-Version', 'Table-Position'),
          content: { 'application/json': { schema: { type: 'array', items: row } } },
        },
        ...otherResponses(304, 400, 404, 406, 503),
      },
    },
  };
  const one = {
    get: {
      ...operation('read_any', 'One row of any other table'),
      parameters: [table, pathParameter('key', "The row's key, as its canonical text.", key)],
      responses: {
        200: {
          description: 'The row.',
          headers: headerRefs('ETag', 'Table-Version', 'Table-Position'),
          content: { 'application/json': { schema: row } },
        },
        ...otherResponses(304, 400, 404, 406, 503),
      },
    },
  };
  return [
    ['/api/{table}', list],
    ['/api/{table}/{key}', one],
  ];
}

function pathParameter(name: string, description: string, example: string | undefined): object {
  return {
    name,
    in: 'path',
    required: true,
    description,
    ...(example === undefined ? {} : { example }),
    schema: { type: 'string' },
  };
}
