// The tables past those that have paths of their own → two templated paths that describe them all.
import type { Entry } from '../../catalog.ts';
import { changesPath } from './changes-path.ts';
import { controlRefs, rowControlRefs } from './control-parameters.ts';
import { exampleKey } from './examples.ts';
import { code } from './markdown.ts';
import { operation } from './operation.ts';
import { manyRows, oneRow } from './row-answers.ts';
import { searchBody } from './search-path.ts';

/** Of more tables than these, the further ones are described once, together. */
export const MOST_TABLES = 200;

/** @param entries the tables that have no paths of their own, at least one */
export function anyTablePaths(entries: readonly Entry[]): readonly (readonly [path: string, item: object])[] {
  const shown = entries.find(({ table }) => table !== null && exampleKey(table) !== undefined) ?? entries[0];
  const key = shown?.table ? exampleKey(shown.table) : undefined;
  const table = pathParameter('table', "The table's name.", shown?.name);
  const answered = { row: { $ref: '#/components/schemas/AnyRow' }, rows: [] };
  const description =
    `${entries.length} further tables, such as ${code(shown?.name ?? '')}; \`/tables\` lists all of them. ` +
    'Every field of a table is a parameter too, alone (equality) or as `field__operator`.';
  const list = {
    get: {
      ...operation('list_any', 'Rows of any other table', description),
      parameters: [table, ...controlRefs()],
      responses: manyRows(answered, 304, 400, 404, 406, 409, 503),
    },
  };
  const search = {
    post: {
      ...operation('search_any', 'Rows of any other table by a body'),
      parameters: [table],
      requestBody: searchBody('AnyWhere', { limit: 20 }),
      responses: manyRows(answered, 400, 404, 406, 409, 413, 415, 503),
    },
  };
  const one = {
    get: {
      ...operation('read_any', 'One row of any other table'),
      parameters: [
        table,
        pathParameter('key', "The row's key, as its canonical text.", key),
        ...rowControlRefs(true),
      ],
      responses: oneRow(answered, 304, 400, 404, 406, 503),
    },
  };
  return [
    ['/api/{table}', list],
    ['/api/{table}/_search', search],
    ['/api/{table}/_changes', changesPath('any', 'any other table', answered.row, [table], 404, 503)],
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
