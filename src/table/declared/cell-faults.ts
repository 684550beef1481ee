// Cells that break what was declared → the first of them in row order, and how many there are.

/** So many are kept; the others are counted. */
const MOST_FAULTS = 100;

/** A cell that breaks its declaration. `row` counts from 0, `column` from 1. */
export type CellFault = Readonly<{
  row: number;
  column: number;
  field: string;
  code: 'type-error' | 'constraint-error' | 'unchecked-pattern';
  message: string;
}>;

export type CellFaults = Readonly<{
  /** Takes a fault; those of one column come in row order. */
  add: (row: number, fault: () => Omit<CellFault, 'row'>) => void;
  /** In row order. */
  list: () => readonly CellFault[];
  count: () => number;
}>;

/** The most of a cell's text that a message quotes. */
const QUOTED = 60;

export function collectCellFaults(): CellFaults {
  let kept: CellFault[] = [];
  let last = Number.POSITIVE_INFINITY;
  let count = 0;
  const byRow = (a: CellFault, b: CellFault) => a.row - b.row || a.column - b.column;
  return {
    add(row, fault) {
      count++;
      if (row >= last) return;
      kept.push({ row, ...fault() });
      if (kept.length < MOST_FAULTS * 2) return;
      kept = kept.sort(byRow).slice(0, MOST_FAULTS);
      last = (kept.at(-1) as CellFault).row;
    },
    list: () => kept.sort(byRow).slice(0, MOST_FAULTS),
    count: () => count,
  };
}

/** A cell's text in a message. */
export function quoteCell(text: string): string {
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}
