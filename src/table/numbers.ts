// The text of a number → its value, where nothing is lost.

/**
 * Casts the canonical text of an integer.
 * @returns the integer, or undefined for anything else (`01`, `+1`, `1.0`, beyond ±(2^53−1))
 */
export function castInteger(text: string): number | undefined {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const digits = length - start;
  if (digits < 1 || digits > 16) return undefined;
  if (text.charCodeAt(start) === 48 && (digits > 1 || negative)) return undefined;
  let value = 0;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -value : value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const PLAIN_EXPONENT = /^[^.]*[eE]\d+$/;
const POWERS_OF_TEN = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/**
 * Casts a decimal number whose value a double keeps: at most 17 significant digits, and all of them come back.
 * @returns the number, or undefined for anything else (`01.5`, `.5`, `1e5`, which is more often a code)
 */
export function castNumber(text: string): number | undefined {
  return castShortDecimal(text) ?? castAnyNumber(text);
}

/**
 * The usual case: up to 15 digits around a dot. The quotient of two integers that a double holds, the divisor a power
 * of ten up to 10^22, is the nearest double (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
 */
function castShortDecimal(text: string): number | undefined {
  const { length } = text;
  if (length > 15) return undefined;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  let mantissa = 0;
  let dot = -1;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === -2 && dot === -1) dot = i;
    else return undefined;
  }
  const whole = (dot === -1 ? length : dot) - start;
  if (whole < 1 || dot === length - 1) return undefined;
  if (whole > 1 && text.charCodeAt(start) === 48) return undefined;
  const value = dot === -1 ? mantissa : mantissa / (POWERS_OF_TEN[length - dot - 1] as number);
  return start === 1 ? -value : value;
}

function castAnyNumber(text: string): number | undefined {
  if (!NUMBER.test(text) || PLAIN_EXPONENT.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && hasLosslessDigits(text, value) ? value : undefined;
}

/** Whether a number's significant digits, as written, are those that the double gives back. */
function hasLosslessDigits(text: string, value: number): boolean {
  const digits = significantDigits(text);
  if (digits.length > 17) return false;
  if (digits === '') return value === 0;
  return significantDigits(value.toPrecision(digits.length)) === digits;
}

function significantDigits(text: string): string {
  const mantissa = text.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '');
}
