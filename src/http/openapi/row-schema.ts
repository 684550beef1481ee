// A table → the JSON Schema of its rows.
import type { Relation } from '../../query/relations.ts';
import type { Column } from '../../table/column.ts';
import type { FileFacts } from '../../table/file-facts.ts';
import type { Table } from '../../table/table.ts';
import { anyValueSchema } from './any-value.ts';
import { MOST_FIELDS } from './field-parameters.ts';
import { fieldSchema } from './field-schema.ts';
import { plain } from './markdown.ts';

/**
 * @param relations what `_embed` may put into a row, with the component of the rows that it puts there
 */
export function rowSchema(
  { name, table, file }: Readonly<{ name: string; table: Table; file: FileFacts | null }>,
  relations: readonly Readonly<{ relation: Relation; row: string }>[],
): object {
  const { fields } = table.schema;
  const isKept = keepsConstraints(file);
  const described = fields
    .slice(0, MOST_FIELDS)
    .map(
      (field, index) =>
        [field.name, fieldSchema(field, table.columns[index] as Column, table.rowCount, isKept)] as const,
    );
  const embedded = relations.map(
    ({ relation, row }) => [relation.name, embeddedSchema(relation, row)] as const,
  );
  const prototype = described.find(([field]) => field === '__proto__');
  const further = fields.length - described.length;
  return {
    type: 'object',
    title: file?.title ?? name,
    ...(file?.description === undefined ? {} : { description: plain(file.description) }),
    properties: Object.fromEntries([...embedded, ...described]),
    // Ajv, the most used validator, does not look at a property of this name.
    ...(prototype ? { patternProperties: { '^__proto__$': prototype[1] } } : {}),
    required: described.map(([field]) => field),
    additionalProperties:
      further > 0 ? { ...anyValueSchema(), description: `One of ${further} further fields.` } : false,
  };
}

/** Whether no value is known to break what is declared of it; of diagnostics only the first are listed. */
export function keepsConstraints(file: FileFacts | null): boolean {
  if (file === null || file.diagnosticCount > file.diagnostics.length) return false;
  const departs = ['constraint-error', 'type-error', 'unchecked-pattern'];
  return !file.diagnostics.some(({ code }) => departs.includes(code));
}

function embeddedSchema({ kind, name }: Relation, row: string): object {
  const schema = { $ref: `#/components/schemas/${row}` };
  const description = `With \`_embed=${encodeURIComponent(name)}\`.`;
  return kind === 'parent'
    ? { anyOf: [schema, { type: 'null' }], description }
    : { type: 'array', items: schema, description };
}
