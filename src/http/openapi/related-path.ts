// A relation of a table to its children → the path of the children of one row: /api/{parent}/{key}/{child}.
import type { Relation } from '../../query/relations.ts';
import { tableUrl } from '../lookup.ts';
import { controlRefs } from './control-parameters.ts';
import { code } from './markdown.ts';
import { operation } from './operation.ts';
import { manyRows } from './row-answers.ts';

/**
 * @param parent the component of the parent's rows
 * @param key the parameter of the parent's key
 */
export function relatedPath(
  { name }: Readonly<{ name: string }>,
  parent: string,
  key: object,
  { relation, row }: Readonly<{ relation: Relation; row: string }>,
): readonly [path: string, item: object] {
  const description = [
    `The rows of ${code(relation.table)} that belong to one of ${code(name)}.`,
    `Takes every parameter of \`${tableUrl(relation.table)}\`.`,
  ].join(' ');
  const item = {
    get: {
      // No component has a colon in its name: no two relations have one id.
      ...operation(
        `related_${parent}:${row}`,
        `Rows of ${relation.table} of one row of ${name}`,
        description,
      ),
      parameters: [key, ...controlRefs()],
      responses: manyRows(
        { row: { $ref: `#/components/schemas/${row}` }, rows: [] },
        304,
        400,
        404,
        406,
        409,
      ),
    },
  };
  return [`${tableUrl(name)}/{key}/${encodeURIComponent(relation.name)}`, item];
}
