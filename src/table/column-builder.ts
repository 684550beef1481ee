// Takes a column's cells one by one, as they come from the parser, and decides its type by all of them.
// It is what its first cell is, and moves on when a cell does not fit: integer → number → text, boolean → text.
// Typed cells keep no text that their value gives back: a fall to text writes the earlier ones out again.
import type { Column } from './column.ts';
import { type ColumnState, type Decider, describeField } from './describe-field.ts';
import { BOOLEAN_TEXTS } from './field-types.ts';
import { interpretTexts } from './interpret.ts';
import { isMissingText, missingText } from './missing.ts';
import type { Customs } from './number-marks.ts';
import { castInteger, castNumber } from './numbers.ts';
import { RowBits } from './row-bits.ts';
import { append, clear, cursor, freezeExceptions, hasBit, mergeByRow, type RowTexts } from './row-texts.ts';
import type { Field, FieldType } from './schema.ts';
import { blankCells, TextCells } from './text-cells.ts';
import { TextKinds } from './text-kinds.ts';
import { ValueCells } from './value-cells.ts';

/** A finished column and what was found out about it. */
export type BuiltColumn = Readonly<{ column: Column; field: Omit<Field, 'name'> }>;

export class ColumnBuilder {
  #state: ColumnState = 'empty';
  #rows = 0;
  #values = new ValueCells();
  #text: TextCells | null = null;
  #booleans: readonly [string, string] = BOOLEAN_TEXTS[0];
  readonly #kinds = new TextKinds();
  readonly #nullRows = new RowBits();
  /** Cells that are null unless the column is text: `NA` and the like, and quoted empty cells. */
  readonly #missing: RowTexts = { rows: [], texts: [] };
  /** Cells with a value whose text the value does not give back. */
  readonly #odd: RowTexts = { rows: [], texts: [] };
  #decider: Decider | null = null;

  /** @param leadingNulls rows that were there before this column appeared (a ragged file) */
  constructor(leadingNulls = 0) {
    for (let i = 0; i < leadingNulls; i++) this.pushNull();
  }

  /** Whether no cell says anything so far. */
  get isEmpty(): boolean {
    return this.#state === 'empty' && this.#missing.rows.length === 0;
  }

  /** An unquoted empty cell, or one that its row does not have. */
  pushNull(): void {
    this.#nullRows.add(this.#rows++);
    this.#text?.push('');
  }

  /**
   * A cell's text, without its quotes.
   * @param isQuoted whether it stood in quotes, where the caller knows: then `NA` and the empty text are themselves
   */
  push(text: string, isQuoted: boolean): void {
    if (text === '' && !isQuoted) this.pushNull();
    else if (text === '' || (!isQuoted && isMissingText(text))) this.#pushMissing(text);
    else this.#pushPresent(text);
  }

  #pushMissing(text: string): void {
    this.#text?.push(text);
    if (this.#state !== 'text' || this.#kinds.isOpen) append(this.#missing, this.#rows, missingText(text));
    this.#rows++;
  }

  #pushPresent(text: string): void {
    if (this.#state === 'empty') this.#begin(text);
    if (this.#state !== 'text' && !this.#pushTyped(text)) this.#becomeText(text);
    if (this.#text !== null) {
      const isNew = this.#text.push(text);
      // `"NA"` in quotes is no new text behind an `NA` without.
      if (this.#kinds.isOpen && (isNew || isMissingText(text))) this.#check(text);
    }
    this.#rows++;
  }

  #begin(text: string): void {
    const booleans = BOOLEAN_TEXTS.find((pair) => pair.some((word) => word === text));
    if (castInteger(text) !== undefined) this.#state = 'integer';
    else if (castNumber(text) !== undefined) this.#state = 'number';
    else if (booleans !== undefined) {
      this.#state = 'boolean';
      this.#booleans = booleans;
    } else {
      this.#kinds.begin(text);
      this.#becomeText(text);
    }
  }

  /** Keeps a cell as a value; false when it is not of the column's type so far. */
  #pushTyped(text: string): boolean {
    if (this.#state === 'boolean') {
      const value = this.#booleans.indexOf(text);
      if (value !== -1) this.#values.set(this.#rows, value);
      return value !== -1;
    }
    if (this.#state === 'integer') {
      const value = castInteger(text);
      if (value !== undefined) {
        this.#values.set(this.#rows, value);
        return true;
      }
    }
    const value = castNumber(text);
    if (value === undefined) return false;
    if (this.#state === 'integer') {
      this.#state = 'number';
      this.#decider = { row: this.#rows, text, was: 'integer' };
    }
    if (!this.#values.setNumber(this.#rows, value, text)) append(this.#odd, this.#rows, text);
    return true;
  }

  /** Goes over to text, the earlier cells with it. */
  #becomeText(text: string): void {
    if (this.#state !== 'empty') this.#decider = { row: this.#rows, text, was: this.#state as FieldType };
    const cells = new TextCells();
    const written = mergeByRow(this.#missing, this.#odd);
    const isWritten = cursor(written.rows);
    let next = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (this.#nullRows.has(row)) cells.push('');
      else if (isWritten(row)) cells.push(written.texts[next++] as string);
      else if (this.#state === 'boolean') cells.push(this.#booleans[this.#values.value(row) as 0 | 1]);
      else cells.push(this.#values.textOf(row));
    }
    this.#text = cells;
    this.#state = 'text';
    this.#values = new ValueCells();
    clear(this.#odd);
    if (!this.#kinds.isOpen) clear(this.#missing);
  }

  #check(text: string): void {
    const was = this.#kinds.check(text);
    if (was !== null) this.#decider = { row: this.#rows, text, was };
    if (!this.#kinds.isOpen) clear(this.#missing);
  }

  /** What the dots of a column of numbers are; null where they tell nothing of the other columns. */
  get dots(): ReturnType<ValueCells['dots']> {
    const dots = this.#state === 'number' ? this.#values.dots(this.#rows) : null;
    return dots === 'unclear' && this.#odd.rows.length > 0 ? null : dots;
  }

  /** Freezes the cells into a column of text, whatever else they may be. */
  finishText(reason: string): BuiltColumn {
    this.#becomeText('');
    const { column, field } = this.finish();
    return { column, field: Object.freeze({ ...field, reason }) };
  }

  /**
   * Freezes the cells into a column of the type that all of them have.
   * @param customs what tells whether texts are numbers or dates in the manner of some country; null: they are texts
   */
  finish(customs: Customs | null = null): BuiltColumn {
    if (this.#state === 'empty' && this.#missing.rows.length > 0) this.#becomeText('');
    const rows = this.#rows;
    const text = this.#text?.finish() ?? null;
    let nulls = this.#nullRows.finish(rows, this.#missing.rows);
    if (text !== null && this.#kinds.temporal === null) {
      const texts = { cells: text, rows, nulls, missing: this.#missing };
      const found = this.#kinds.isRegional && customs !== null ? interpretTexts(texts, customs) : null;
      if (found !== null) return found;
      clear(this.#missing);
      nulls = this.#nullRows.finish(rows, []);
    }
    const common = { nulls, exceptions: freezeExceptions(mergeByRow(this.#missing, this.#odd)) };
    const field = describeField({
      state: this.#state,
      temporal: this.#kinds.temporal,
      isZoned: this.#kinds.isZoned,
      missing: this.#missing.texts,
      isValueless: rows === this.#nullRows.count + this.#missing.rows.length,
      decider: this.#decider,
    });
    return { field, column: Object.freeze({ ...this.#finishCells(text, nulls), ...common }) };
  }

  #finishCells(text: ReturnType<TextCells['finish']> | null, nulls: Uint8Array | null) {
    const rows = this.#rows;
    switch (this.#state) {
      case 'integer':
        return this.#values.finishIntegers(rows);
      case 'number': {
        const isOdd = cursor(this.#odd.rows);
        const isCounted = (row: number) => !isOdd(row) && (nulls === null || !hasBit(nulls, row));
        return this.#values.finishNumbers(rows, isCounted);
      }
      case 'boolean':
        return { kind: 'boolean' as const, values: this.#values.finishBooleans(rows), texts: this.#booleans };
      default:
        return text ?? blankCells(rows).finish();
    }
  }
}
