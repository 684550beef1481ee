// The cells of a text column, one by one → what all of them have been so far: dates, times, or what may yet be some.

import { hasZone, isDate, isDatetime } from './calendar.ts';
import { DATE_SHAPE } from './date-order.ts';
import { NUMBER_SHAPE } from './number-marks.ts';

export class TextKinds {
  /** What every cell is. */
  temporal: 'date' | 'datetime' | null = null;
  /** Whether every datetime names its zone. */
  isZoned = true;
  /** Whether every cell may be a number or a date in the manner of some country. */
  isRegional = true;

  /** Whether some kind is possible but text. */
  get isOpen(): boolean {
    return this.temporal !== null || this.isRegional;
  }

  /** Takes the first cell. */
  begin(text: string): void {
    this.temporal = isDate(text) ? 'date' : isDatetime(text) ? 'datetime' : null;
  }

  /** Takes a further cell. @returns the type that ended with it */
  check(text: string): 'date' | 'datetime' | null {
    this.isRegional &&= NUMBER_SHAPE.test(text) || DATE_SHAPE.test(text);
    const type = this.temporal;
    if (type === null) return null;
    if (type === 'date' ? isDate(text) : isDatetime(text)) {
      this.isZoned &&= type === 'datetime' && (text.endsWith('Z') || hasZone(text));
      return null;
    }
    this.temporal = null;
    return type;
  }
}
