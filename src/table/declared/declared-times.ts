// The declared text of a date, a datetime or a time → the ISO 8601 text that is its value.

import { isDate, isDatetime } from '../calendar.ts';
import { patternReader, type Temporal } from '../date-pattern.ts';

type Reader = (text: string) => string | undefined;

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;

/** What `any` takes, beside ISO 8601: forms in which day and month cannot be mistaken for each other. */
const ANY_DATES = ['%Y/%m/%d', '%Y.%m.%d', '%Y%m%d', '%d.%m.%Y', '%d %B %Y', '%B %d, %Y', '%d-%b-%Y'];
const ANY_TIMES = ['%H:%M:%S', '%H:%M', '%I:%M %p', '%I:%M:%S %p'];

/** @param format `default`, `any`, or a pattern such as `%d/%m/%Y` */
export function temporalReader(temporal: Temporal, format: string): Reader {
  const iso = isoReader(temporal);
  if (format === 'default') return iso;
  if (format !== 'any') return patternReader(format, temporal);
  const readers = [iso, ...anyPatterns(temporal).map((pattern) => patternReader(pattern, temporal))];
  return (text) => {
    for (const read of readers) {
      const value = read(text);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function isoReader(temporal: Temporal): Reader {
  if (temporal === 'date') return (text) => (isDate(text) ? text : undefined);
  if (temporal === 'datetime') return (text) => (isDatetime(text) ? text : undefined);
  return (text) => (TIME.test(text) ? text : undefined);
}

function anyPatterns(temporal: Temporal): readonly string[] {
  if (temporal === 'date') return ANY_DATES;
  if (temporal === 'time') return ANY_TIMES;
  return ANY_DATES.flatMap((date) => [...ANY_TIMES.map((time) => `${date} ${time}`), date]);
}
