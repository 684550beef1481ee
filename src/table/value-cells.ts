// The cells of a numeric or boolean column while it grows: values, and how many decimals each was written with.

import type { IntegerColumn, NumberColumn } from './column.ts';
import { shared } from './text-store.ts';

export class ValueCells {
  #values = new Float64Array(64);
  #scales: Uint8Array | null = null;

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row);
    this.#values[row] = value;
  }

  setScaled(row: number, value: number, scale: number): void {
    this.set(row, value);
    if (this.#scales === null) this.#scales = new Uint8Array(this.#values.length);
    this.#scales[row] = scale;
  }

  value(row: number): number {
    return this.#values[row] as number;
  }

  scale(row: number): number {
    return this.#scales === null ? 0 : (this.#scales[row] as number);
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
