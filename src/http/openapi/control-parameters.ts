// The registry of controls → their parameters: one for all tables, and one with a table's own names where that helps.
import { CONTROLS, type Control, type ControlName } from '../../query/controls.ts';
import type { Column } from '../../table/column.ts';
import type { Field } from '../../table/schema.ts';
import type { Table } from '../../table/table.ts';
import { ROW_CONTROLS } from '../row.ts';
import { choicesOf } from './choices.ts';
import { operandFor, sampleOf } from './sample.ts';

/** The controls that name fields or relations: what they may say differs from table to table. */
const NAMING: readonly ControlName[] = [
  '_sort',
  '_fields',
  '_q',
  '_where',
  '_distinct',
  '_embed',
  '_facet',
  '_stats',
  '_group',
  '_agg',
  '_having',
];

/** The parameter of every control, fit for any table. */
export const CONTROL_COMPONENTS: Readonly<Record<string, object>> = Object.fromEntries(
  CONTROLS.map((control) => [
    control.name,
    controlParameter(control, NAMING.includes(control.name) ? undefined : control.example),
  ]),
);

/** References to the parameters of all controls but some. */
export function controlRefs(...without: readonly ControlName[]): object[] {
  return CONTROLS.filter(({ name }) => !without.includes(name)).map(reference);
}

/** References to the parameters of the controls that one row takes. */
export function rowControlRefs(hasRelations: boolean): object[] {
  return CONTROLS.filter(
    ({ name }) => ROW_CONTROLS.some((taken) => taken === name) && (hasRelations || name !== '_embed'),
  ).map(reference);
}

/**
 * The parameters of all controls, with examples out of a table where they name something of it.
 * @param relations the names under which there is something to embed; without any there is no `_embed`
 */
export function controlParameters(table: Table, relations: readonly string[]): object[] {
  const examples = examplesOf(table, relations);
  return CONTROLS.flatMap((control) => {
    if (control.name === '_embed' && relations.length === 0) return [];
    const example = examples.get(control.name);
    return example === undefined ? [reference(control)] : [controlParameter(control, example)];
  });
}

function reference({ name }: Readonly<{ name: string }>): object {
  return { $ref: `#/components/parameters/${name}` };
}

function controlParameter(control: Control, example: string | undefined): object {
  const { name, describes, range } = control;
  return {
    name,
    in: 'query',
    description: `\`${name}\` ${describes}. Takes ${range}.`,
    // Swagger UI sends an `example` unasked: who tries a large table out sees a part of it.
    ...(name === '_limit' ? { example: Number(example), schema: schemaOf(control) } : {}),
    ...(name === '_limit' ? {} : { schema: { ...schemaOf(control), ...examplesMember(control, example) } }),
  };
}

function schemaOf({ kind, choices }: Control): object {
  if (kind === 'count') return { type: 'integer', minimum: 0 };
  if (kind === 'position') return { type: 'integer', minimum: 1 };
  return choices === undefined ? { type: 'string' } : { type: 'string', enum: choices };
}

function examplesMember({ kind }: Control, example: string | undefined): object {
  if (example === undefined) return {};
  return { examples: [kind === 'count' || kind === 'position' ? Number(example) : example] };
}

/** For each naming control, a text that is understood of this table and answers something. */
function examplesOf(table: Table, relations: readonly string[]): ReadonlyMap<string, string> {
  const { fields } = table.schema;
  const listable = fields.filter(({ name }) => isListable(name));
  const [first] = listable;
  if (first === undefined) return new Map();
  const numeric = listable.findLast(({ type }) => type === 'integer' || type === 'number');
  const grouped =
    listable.find((field) => choicesOf(columnOf(table, field), table.rowCount) !== null) ?? first;
  const last = listable.findLast(({ type }) => type !== 'boolean') ?? first;
  return new Map(
    Object.entries({
      _sort: last === first ? `-${first.name}` : `-${last.name},${first.name}`,
      _fields: listable
        .slice(0, 2)
        .map(({ name }) => name)
        .join(','),
      _q: wordOf(table),
      _where: whereOf(table, last),
      _distinct: grouped.name,
      _embed: relations.find(isListable),
      _facet: grouped.name,
      _stats: (numeric ?? first).name,
      _group: grouped.name,
      _agg: numeric === undefined ? 'count()' : `count(),mean(${numeric.name})`,
      _having: '{"count()":{"gte":1}}',
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function wordOf(table: Table): string | undefined {
  const field = table.schema.fields.find(({ type }) => type === 'string');
  const example = field && operandFor('contains', sampleOf(columnOf(table, field), table.rowCount));
  return typeof example === 'string' ? example : undefined;
}

/** Either half alone would find its own rows. */
function whereOf(table: Table, field: Field): string | undefined {
  const value = operandFor('eq', sampleOf(columnOf(table, field), table.rowCount));
  if (value === undefined || ['and', 'or', 'not', 'field'].includes(field.name)) return undefined;
  return JSON.stringify({ or: [{ [field.name]: value }, { [field.name]: { isnull: true } }] });
}

function columnOf(table: Table, field: Field): Column {
  return table.columns[table.schema.fields.indexOf(field)] as Column;
}

/** Whether a name can stand in a list, and behind a minus sign, as it is. */
function isListable(name: string): boolean {
  return !/[,()[\]]|^[-\s]|\s$/.test(name);
}
