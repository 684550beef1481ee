// Turns an operation, its path parameters and the tables of a moment into an answer.

import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { fieldIndex, type Table } from '../table/table.ts';
import type { Selection } from './binding.ts';
import { type Body, listJson, rowJson, rowsJson } from './body.ts';
import { selectRows } from './match.ts';
import type { Operation } from './operations.ts';
import type { Standing } from './standing.ts';

/** `body` makes the JSON text when it is wanted; `versions` are those of every table that the answer depends on. */
export type ContractAnswer =
  | Readonly<{
      kind: 'json';
      status: number;
      versions: readonly string[];
      operation: string;
      body: () => string | Body;
    }>
  | Readonly<{ kind: 'problem'; problem: Problem; allow?: readonly string[] }>;

/** Bodies up to this size are kept where a path has no parameters, one per operation and table version. */
const LARGEST_KEPT = 4 * 1024 * 1024;

/**
 * @param values the path parameters, decoded, in the order of the operation's route
 * @returns 200, or the contract's 404; a problem where a table cannot answer this at the moment
 */
export function answerOperation(
  operation: Operation,
  standing: Standing,
  values: readonly string[],
  snapshot: Snapshot,
): ContractAnswer {
  const { binding } = operation;
  const json = (status: number, body: () => string | Body): ContractAnswer => ({
    kind: 'json',
    status,
    versions: operation.tables.map((name) => snapshot.tables.get(name)?.table?.version ?? 'none'),
    operation: `GET ${operation.route.path}`,
    body,
  });
  const missing = () => json(404, () => operation.notFound);
  if (standing.kind === 'unavailable') {
    return { kind: 'problem', problem: { code: 'table-unavailable', detail: standing.reason } };
  }
  if (binding.kind === 'static') return json(200, () => binding.body);
  const table = snapshot.tables.get(binding.select.table)?.table;
  if (standing.kind === 'missing' || !table) return missing();
  if (binding.parent !== null && firstRow(snapshot, binding.parent, values) === undefined) return missing();
  switch (binding.kind) {
    case 'row': {
      const [row] = selectRows(table, binding.select, values, 1);
      return row === undefined ? missing() : json(200, () => rowJson(table, row));
    }
    case 'rows':
      return json(200, () =>
        keep(operation, table, () => rowsJson(table, wanted(table, binding.select, values))),
      );
    case 'list': {
      const column = binding.field === null ? null : fieldIndex(table, binding.field);
      return json(200, () =>
        keep(operation, table, () => listJson(table, wanted(table, binding.select, values), column)),
      );
    }
  }
}

/** Null where every row is wanted. */
function wanted(table: Table, select: Selection, values: readonly string[]): readonly number[] | null {
  if (select.by === 'conditions' && select.conditions.length === 0) return null;
  return selectRows(table, select, values);
}

function firstRow(snapshot: Snapshot, select: Selection, values: readonly string[]): number | undefined {
  const table = snapshot.tables.get(select.table)?.table;
  return table ? selectRows(table, select, values, 1)[0] : undefined;
}

const kept = new WeakMap<Operation, WeakMap<Table, Buffer>>();

function keep(operation: Operation, table: Table, make: () => Body): Body {
  if (operation.route.parameters.length > 0) return make();
  const known = kept.get(operation)?.get(table);
  if (known !== undefined) return known;
  const body = make();
  if (body instanceof Buffer && body.length <= LARGEST_KEPT) {
    const ofOperation = kept.get(operation) ?? new WeakMap<Table, Buffer>();
    kept.set(operation, ofOperation.set(table, body));
  }
  return body;
}
