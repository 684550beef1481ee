// Says whether an operation can be answered from the tables of a moment, and if not, why.

import type { Entry, Snapshot } from '../catalog.ts';
import { nearest } from '../problem.ts';
import type { Table } from '../table/table.ts';
import type { Binding, Selection } from './binding.ts';
import type { Operation } from './operations.ts';

/** `missing`: a table is not there. `unavailable`: it is, and cannot answer this. The reason is a sentence. */
export type Standing = Readonly<
  { kind: 'ok' } | { kind: 'missing' | 'unavailable'; reason: string; isContractFault: boolean }
>;

const OK: Standing = Object.freeze({ kind: 'ok' });

export function standingOf({ binding, tables }: Operation, snapshot: Snapshot): Standing {
  let unavailable: Standing | undefined;
  for (const name of tables) {
    const entry = snapshot.tables.get(name);
    if (entry === undefined) {
      const near = nearest(name, snapshot.tables.keys());
      const reason = `There is no table ${name}${near === undefined ? '.' : `; did you mean ${near}?`}`;
      return { kind: 'missing', reason, isContractFault: true };
    }
    if (entry.table === null)
      unavailable = { kind: 'unavailable', reason: unreadable(entry), isContractFault: false };
    else {
      const field = fieldsOf(binding, name).find((wanted) => isUnknown(entry.table, wanted));
      if (field !== undefined) {
        unavailable ??= {
          kind: 'unavailable',
          reason: unknownField(name, entry.table, field),
          isContractFault: true,
        };
      }
    }
  }
  return unavailable ?? OK;
}

function unreadable({ path, rejection }: Entry & { state: 'error' }): string {
  const line = rejection.line === undefined ? '' : ` (line ${rejection.line})`;
  return `The file ${path} cannot be read${line}: ${rejection.reason}`;
}

/** A table without any field is an empty file: it has no rows to ask for fields. */
function isUnknown({ schema }: Table, field: string): boolean {
  return schema.fields.length > 0 && !schema.fields.some(({ name }) => name === field);
}

function unknownField(name: string, { schema }: Table, field: string): string {
  const names = schema.fields.map((known) => known.name);
  const near = nearest(field, names);
  const hint = near === undefined ? '.' : `; did you mean ${near}?`;
  return `The table ${name} has no field ${field}${hint} It has ${names.join(', ')}.`;
}

function fieldsOf(binding: Binding, table: string): readonly string[] {
  if (binding.kind === 'static') return [];
  const ofSelection = (select: Selection | null) =>
    select?.table === table && select.by === 'conditions' ? select.conditions.map(({ field }) => field) : [];
  const listed =
    binding.kind === 'list' && binding.field !== null && binding.select.table === table
      ? [binding.field]
      : [];
  return [...listed, ...ofSelection(binding.select), ...ofSelection(binding.parent)];
}
