// A table and a query → what changed in the rows of that query since a position, for those who ask now and then.

import type { Problem } from '../../problem.ts';
import type { Table } from '../../table/table.ts';
import { planFilter } from '../view/filter.ts';
import type { EventLog } from './log.ts';
import { type NetChanges, netChanges, type UntoldReason } from './net-changes.ts';

/** What is asked about the past of a table, understood. */
export type AskedChanges =
  | Readonly<{ kind: 'problem'; problem: Problem }>
  | Readonly<{
      kind: 'changes';
      /** The same for questions about the same rows. */
      canonical: string;
      /** Why the past is not known; null: it may be. */
      lost: UntoldReason | null;
      /** The fields that the answer shows, ascending; null: all. */
      columns: readonly number[] | null;
      isPhysical: boolean;
      /** Folds the past; not called when the client has the answer already. */
      net: () => NetChanges;
    }>;

/**
 * Makes the question about a table's past. Ask it in the tick in which the entry was taken from the catalog.
 * @param since a position or an event's id; null: nothing is asked about the past
 * @param query which rows and fields, as in a URL
 */
export function changesSince(log: EventLog) {
  return (
    { name, table, position }: Readonly<{ name: string; table: Table; position: string }>,
    since: string | null,
    query: string,
  ): AskedChanges => {
    const planned = planFilter({ query }, table.schema);
    if (planned.kind === 'problem') return planned;
    const { filter } = planned;
    const past = log.since(name, since ?? position, position);
    return {
      kind: 'changes',
      canonical: filter.canonical,
      lost: past.kind === 'lost' ? past.reason : null,
      columns: filter.plan.fields,
      isPhysical: filter.plan.isPhysical,
      net: () => netChanges(past, table, filter, query),
    };
  };
}
