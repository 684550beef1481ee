// How a column's values are written in the file, where it is not as they are written elsewhere: value → physical text.

/** Numbers with a decimal mark of their own, or with groups of three digits. */
export type WrittenNumbers = Readonly<{
  kind: 'numbers';
  decimalChar: '.' | ',';
  /** Stands between the groups; empty where there are none. */
  groupChar: string;
  /** Whole parts of so many digits and more are grouped: 4, or 5 where `1234` stands beside `12 345`. */
  groupsFrom: number;
}>;

/** Dates under a pattern such as `%d/%m/%Y %H:%M`, in which days, months and hours may go without a leading zero. */
export type WrittenDates = Readonly<{
  kind: 'dates';
  pattern: string;
  isDatePadded: boolean;
  isHourPadded: boolean;
}>;

export type Written = WrittenNumbers | WrittenDates;

/** Whether two columns write their values in the same way. */
export function isWrittenAlike(a: Written | undefined, b: Written | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Writes a value as the file does.
 * @param text the value as it is written elsewhere: `1234.50`, `2024-02-29`, `2024-02-29T12:30:00`
 */
export function writePhysical(text: string, written: Written): string {
  return written.kind === 'numbers' ? writeNumber(text, written) : writeDate(text, written);
}

function writeNumber(text: string, { decimalChar, groupChar, groupsFrom }: WrittenNumbers): string {
  const dot = text.indexOf('.');
  const whole = dot === -1 ? text : text.slice(0, dot);
  const fraction = dot === -1 ? '' : decimalChar + text.slice(dot + 1);
  const start = whole.startsWith('-') ? 1 : 0;
  if (groupChar === '' || whole.length - start < groupsFrom) return whole + fraction;
  let grouped = whole.slice(-3);
  let at = whole.length - 3;
  for (; at > start; at -= 3) grouped = whole.slice(Math.max(start, at - 3), at) + groupChar + grouped;
  return whole.slice(0, start) + grouped + fraction;
}

function writeDate(iso: string, { pattern, isDatePadded, isHourPadded }: WrittenDates): string {
  let text = '';
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] !== '%') {
      text += pattern[at];
      continue;
    }
    switch (pattern[++at]) {
      case 'Y':
        text += iso.slice(0, 4);
        break;
      case 'm':
        text += part(iso, 5, isDatePadded);
        break;
      case 'd':
        text += part(iso, 8, isDatePadded);
        break;
      case 'H':
        text += part(iso, 11, isHourPadded);
        break;
      case 'M':
        text += iso.slice(14, 16);
        break;
      case 'S':
        text += iso.slice(17, 19);
        break;
    }
  }
  return text;
}

function part(iso: string, at: number, isPadded: boolean): string {
  return iso.slice(!isPadded && iso[at] === '0' ? at + 1 : at, at + 2);
}
