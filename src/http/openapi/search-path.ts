// A table → the path where it is asked with a body: POST /api/{table}/_search.

import type { Column } from '../../table/column.ts';
import type { Table } from '../../table/table.ts';
import { operation } from './operation.ts';
import { type Answered, manyRows } from './row-answers.ts';
import { operandFor, sampleOf } from './sample.ts';
import { searchSchema } from './where-schemas.ts';

/** How many rows the example of a body asks for. */
const EXAMPLE_LIMIT = 20;

/** The path item of a table's search. */
export function searchPath(
  { name, table }: Readonly<{ name: string; table: Table }>,
  { row, where }: Readonly<{ row: string; where: string }>,
  answered: Answered,
): object {
  const description =
    'Asks as the URL does, in JSON: for conditions that are too long or too deep for a URL.';
  return {
    post: {
      ...operation(`search_${row}`, `Rows of ${name} by a body`, description),
      requestBody: searchBody(where, exampleBody(table)),
      responses: manyRows(answered, 400, 406, 409, 413, 415),
    },
  };
}

/**
 * The body of a search. Swagger UI sends its example as it is.
 * @param where the component of the table's conditions
 */
export function searchBody(where: string, example: object): object {
  return { required: true, content: { 'application/json': { schema: searchSchema(where), example } } };
}

function exampleBody({ schema: { fields }, columns, rowCount }: Table): object {
  for (const [index, { name }] of fields.entries()) {
    if (/^(and|or|not|field|__proto__)$/.test(name)) continue;
    const value = operandFor('gte', sampleOf(columns[index] as Column, rowCount));
    if (value === undefined || typeof value === 'boolean') continue;
    return { where: { [name]: { gte: value } }, limit: EXAMPLE_LIMIT };
  }
  return { limit: EXAMPLE_LIMIT };
}
