// A table → a subscription to it that makes sense: rows of one kind, and a few of their fields.
import { planSearch } from '../query/plan.ts';
import type { Column } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import { choicesOf } from './openapi/choices.ts';
import { operandFor, sampleOf } from './openapi/sample.ts';

/** What to write in the form: conditions as JSON, the same as a query, and fields. */
export type FeedExample = Readonly<{ where: string; query: string; fields: string }>;

/** Fields that an example shows. */
const SHOWN_FIELDS = 3;

const examples = new WeakMap<Table, FeedExample>();

/** An example out of a table's own rows; its texts are empty where there is none. */
export function exampleOf(table: Table): FeedExample {
  const known = examples.get(table);
  if (known !== undefined) return known;
  const names = table.schema.fields.map(({ name }) => name).filter((name) => !/[,"[]|^\s|\s$|^$/.test(name));
  const where = conditionsOf(table);
  const planned = where === null ? null : planSearch({ where }, table.schema);
  const made = Object.freeze({
    where: where === null ? '' : JSON.stringify(where),
    query: planned?.kind === 'plan' ? planned.plan.canonical : '',
    fields: names.slice(0, SHOWN_FIELDS).join(','),
  });
  examples.set(table, made);
  return made;
}

/** One of a few values of a field, else the greater ones of a field. */
function conditionsOf({ schema, columns, rowCount, key }: Table): object | null {
  const usable = [...schema.fields.entries()].filter(
    ([, { name }]) => !/^(and|or|not|field|__proto__)$/.test(name),
  );
  for (const [at, { name }] of usable) {
    const [first] = choicesOf(columns[at] as Column, rowCount) ?? [];
    if (first !== undefined) return { [name]: first };
  }
  for (const [at, { name, type }] of usable) {
    if (type === 'string' || type === 'boolean' || key.fields.some((field) => field === name)) continue;
    const value = operandFor('gte', sampleOf(columns[at] as Column, rowCount));
    if (value !== undefined) return { [name]: { gte: value } };
  }
  return null;
}
