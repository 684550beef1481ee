// The cells of a numeric or boolean column while it grows: values, and how many decimals each was written with.

import type { IntegerColumn, NumberColumn } from './column.ts';
import { shared } from './text-store.ts';

/** What `toFixed` takes. */
const MOST_DECIMALS = 100;

export class ValueCells {
  #values = new Float64Array(64);
  #scales: Uint8Array | null = null;

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row);
    this.#values[row] = value;
  }

  /**
   * Keeps a number with the decimals that its text has.
   * @returns whether the text can be written again from these; if not, the caller keeps it
   */
  setNumber(row: number, value: number, text: string): boolean {
    const dot = text.indexOf('.');
    const scale = dot === -1 ? 0 : text.length - dot - 1;
    const unsigned = value === 0 ? 0 : value; // JSON knows no -0; the text keeps its sign
    this.set(row, unsigned);
    // Up to 15 digits, a double written with the same decimals gives the same text; else it is tried.
    const isPlain = text.length <= 15 && value !== 0 && !/e/i.test(text);
    if (!isPlain && (scale > MOST_DECIMALS || unsigned.toFixed(scale) !== text)) return false;
    if (this.#scales === null) this.#scales = new Uint8Array(this.#values.length);
    this.#scales[row] = scale;
    return true;
  }

  value(row: number): number {
    return this.#values[row] as number;
  }

  /**
   * What the dots of the first rows are: decimal marks where some number shows it (`2.5`, `0.925`, `1234.567`), else
   * maybe marks between thousands (`2.925` beside `812`).
   * @returns null where they are neither for sure: no thousand stands without a dot in a column that groups its digits
   */
  dots(rows: number): 'decimal' | 'unclear' | null {
    let hasPlainThousand = false;
    for (let row = 0; row < rows; row++) {
      const size = Math.abs(this.#values[row] as number);
      const scale = this.#scales?.[row] ?? 0;
      if (scale !== 0 && (scale !== 3 || size < 1 || size >= 1000)) return 'decimal';
      hasPlainThousand ||= size >= 1000;
    }
    return hasPlainThousand ? null : 'unclear';
  }

  /** A number as it was written. */
  textOf(row: number): string {
    return this.value(row).toFixed(this.#scales?.[row] ?? 0);
  }

  finishIntegers(rows: number): Pick<IntegerColumn, 'kind' | 'values'> {
    const values = this.#values.subarray(0, rows);
    const isNarrow = values.every((value) => value === (value | 0));
    return { kind: 'integer', values: isNarrow ? shared(Int32Array, values) : shared(Float64Array, values) };
  }

  /** @param isCounted whether a row has a scale of its own (it is not null, its text is no exception) */
  finishNumbers(
    rows: number,
    isCounted: (row: number) => boolean,
  ): Pick<NumberColumn, 'kind' | 'values' | 'scales'> {
    const values = shared(Float64Array, this.#values, rows);
    const scales = this.#scales;
    if (scales === null) return { kind: 'number', values, scales: 0 };
    let first = -1;
    for (let row = 0; row < rows; row++) {
      if (!isCounted(row)) continue;
      if (first === -1) first = scales[row] as number;
      else if (scales[row] !== first)
        return { kind: 'number', values, scales: shared(Uint8Array, scales, rows) };
    }
    return { kind: 'number', values, scales: Math.max(first, 0) };
  }

  finishBooleans(rows: number): Uint8Array {
    return shared(Uint8Array, Uint8Array.from(this.#values.subarray(0, rows)));
  }

  #grow(row: number): void {
    const length = Math.max(row + 1, this.#values.length * 2);
    const values = new Float64Array(length);
    values.set(this.#values);
    this.#values = values;
    if (this.#scales === null) return;
    const scales = new Uint8Array(length);
    scales.set(this.#scales);
    this.#scales = scales;
  }
}
