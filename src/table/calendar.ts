// Texts of dates and times → whether they are what they look like.

const TIME = /^[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is a day that the calendar has, as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  return text.length === 10 && startsWithDate(text);
}

function startsWithDate(text: string): boolean {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= (DAYS[month - 1] as number)))
    return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** The number that some digits of a text make; NaN if they are none. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

/** Whether a text is an RFC 3339 date and time, with the zone left out or not. */
export function isDatetime(text: string): boolean {
  return text.length >= 19 && startsWithDate(text) && TIME.test(text.slice(10));
}

/** Whether a datetime's text names its zone, as RFC 3339 demands. */
export function hasZone(text: string): boolean {
  return TIME.exec(text.slice(10))?.[1] !== undefined;
}

/** Compares datetimes with zones by the moments that they name, to the last digit of their seconds. */
export function compareInstants(a: string, b: string): number {
  const order = secondOf(a) - secondOf(b);
  if (order !== 0) return order;
  const [first, second] = [fractionOf(a), fractionOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function secondOf(text: string): number {
  const zone = /[Zz]$/.test(text) ? 'Z' : text.slice(-6);
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}${zone}`);
}

/** The digits behind the seconds, without those that say nothing. */
function fractionOf(text: string): string {
  return /^\.(\d*?)0*(?:\D|$)/.exec(text.slice(19))?.[1] ?? '';
}
