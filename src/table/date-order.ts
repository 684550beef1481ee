// The texts of a column → the pattern of its dates, where the column proves which part is the day.

import type { WrittenDates } from './written.ts';

/** `proof` is a text that can be read in this order only. */
export type DateOrder = Readonly<{ written: WrittenDates; type: 'date' | 'datetime'; proof: string }>;

/** Three numbers, of which the first or the last has four digits, perhaps with a time behind. */
export const DATE_SHAPE =
  /^(?=\d{4}\D|\d\d?\D\d\d?\D\d{4}(?:\D|$))(\d+)([/.-])(\d\d?)\2(\d+)(?:([ T])(\d\d?):([0-5]\d)(?::([0-5]\d))?)?$/;

/**
 * Finds the order of day, month and year: years have four digits, one part is above 12, and so the day. Behind a year
 * and a dash or slash stands the month in all countries; with dots it may be the number of a version.
 * @param texts all different ones of the column; looked at in order, and left at the first that does not fit
 */
export function findDateOrder(texts: readonly string[]): DateOrder | null {
  let shape: string | null = null;
  let pattern = '';
  let dayAt: 'first' | 'second' | null = null;
  let proof = '';
  let hasLeadingZero = false;
  let hasShortHour = false;
  let isYearFirst = false;
  let isOrderKnown = false;
  for (const text of texts) {
    const match = DATE_SHAPE.exec(text);
    if (match === null) return null;
    const [, a, separator, b, c, between, hour, , second] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
      ...(string | undefined)[],
    ];
    isYearFirst = a.length === 4;
    isOrderKnown = isYearFirst && separator !== '.';
    if (isYearFirst ? c.length > 2 : a.length > 2 || c.length !== 4) return null;
    const time = between === undefined ? '' : `${between}%H:%M${second === undefined ? '' : ':%S'}`;
    const own = `${isYearFirst ? 'Y' : ''}${separator}${time}`;
    shape ??= own;
    if (shape !== own || Number(hour ?? 0) > 23) return null;
    const [first, next] = isYearFirst ? [b, c] : [a, b];
    const isFirstDay = Number(first) > 12;
    if (isFirstDay || Number(next) > 12) {
      if (dayAt !== null && (dayAt === 'first') !== isFirstDay) return null;
      if (dayAt === null) proof = text;
      dayAt = isFirstDay ? 'first' : 'second';
    }
    hasLeadingZero ||= first.startsWith('0') || next.startsWith('0');
    hasShortHour ||= hour?.length === 1;
    const parts = isYearFirst
      ? ['%Y', '%m', '%d']
      : dayAt === 'second'
        ? ['%m', '%d', '%Y']
        : ['%d', '%m', '%Y'];
    pattern = parts.join(separator) + time;
  }
  if ((dayAt === null && !isOrderKnown) || (isYearFirst && dayAt === 'first')) return null;
  // Where the parts before the proof were read, the order was not known yet.
  const type = pattern.includes('%H') ? 'datetime' : 'date';
  const written: WrittenDates = Object.freeze({
    kind: 'dates',
    pattern,
    isDatePadded: hasLeadingZero || !texts.some((text) => /\b\d\b/.test(text.split(/[ T]/)[0] as string)),
    isHourPadded: !hasShortHour,
  });
  return { written, type, proof: dayAt === null ? (texts[0] as string) : proof };
}
