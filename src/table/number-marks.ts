// The texts of a column → the decimal mark and the group mark of its numbers, where nothing else can be meant.

/** What is known of the file beside the column. */
export type Customs = Readonly<{
  /** A comma separates cells: then it is in a number only by accident. */
  isDelimiterComma: boolean;
  /** Other columns have numbers with a decimal dot: then a comma is none. */
  hasDecimalDots: boolean;
}>;

/** `because` is a sentence's end, about the cell that proves it. */
export type NumberMarks = Readonly<{
  decimalChar: '.' | ',';
  groupChar: string;
  groupsFrom: number;
  /** A text in which the marks are as in all others. */
  proof: string;
}>;

/** Blanks, narrow ones and apostrophes that stand between groups and are no decimal mark in any country. */
const PURE_GROUP_MARKS = [' ', '\u00a0', '\u202f', '\u2009', "'", '’'];
/** These are not what a person types between two numbers. */
const TYPESET_MARKS = ['\u00a0', '\u202f', '\u2009'];

/** A number that may have marks of any kind. Longer ones are no numbers that a double keeps. */
export const NUMBER_SHAPE =
  /^-?(?:0|[1-9]\d{0,16}|[1-9]\d{0,2}(?:[ \u00a0\u202f\u2009'’.,]\d{3}){1,5})(?:[.,]\d{1,17})?$/;

/**
 * Finds the marks under which every text is a number. They are certain where some text can be read in this way only:
 * it has several groups, a group and a fraction, or a fraction that is not three digits long; or where blanks or
 * apostrophes stand from 1,000 on and not below, whatever the number of digits.
 * @param texts all different ones of the column; looked at in order, and left at the first that does not fit
 */
export function findNumberMarks(texts: readonly string[], customs: Customs): NumberMarks | null {
  const marks = candidateMarks(texts);
  if (marks === null) return null;
  const { decimalChar, groupChar } = marks;
  const hasComma = decimalChar === ',' || groupChar === ',';
  if (hasComma && customs.isDelimiterComma) return null;
  if (decimalChar === ',' && customs.hasDecimalDots) return null;
  const group = groupChar === '' ? '(?!)' : literal(groupChar);
  const shape = new RegExp(
    `^-?(?:(0|[1-9]\\d*)|([1-9]\\d{0,2})((?:${group}\\d{3})+))(?:${literal(decimalChar)}(\\d+))?$`,
  );
  let decimalProof: string | null = null;
  let groupProof: string | null = null;
  let hasFraction = false;
  let hasPlainThousands = false;
  let hasShortThousands = false;
  let hasHundreds = false;
  let hasOneGroup = false;
  const lengths = new Set<number>();
  const leads = new Set<number>();
  for (const text of texts) {
    const match = shape.exec(text);
    if (match === null) return null;
    const [, plain, lead, groups, fraction] = match;
    const isGrouped = groups !== undefined;
    hasFraction ||= fraction !== undefined;
    if (plain !== undefined && plain.length > 4) hasPlainThousands = true;
    if (plain?.length === 4) hasShortThousands = true;
    if (plain !== undefined && plain.length < 4) hasHundreds = true;
    if (groups?.length === 4) hasOneGroup = true;
    lengths.add(isGrouped ? (lead as string).length + groups.length : (plain as string).length);
    if (isGrouped) leads.add((lead as string).length);
    const isProof =
      fraction !== undefined &&
      (fraction.length !== 3 || isGrouped || plain === '0' || (plain as string).length > 3);
    if (isProof) decimalProof ??= text;
    if (isGrouped && (groups.length > 4 || fraction !== undefined)) groupProof ??= text;
  }
  if (hasFraction && decimalChar === ',' && decimalProof === null) return null;
  const isPure = PURE_GROUP_MARKS.includes(groupChar);
  if (groupChar !== '') {
    // A dot or comma might be the other mark; a blank might stand in a telephone number or a code.
    if (!hasFraction && !TYPESET_MARKS.includes(groupChar) && (lengths.size < 2 || !isVaried(leads)))
      return null;
    const isBelowAndAbove = hasHundreds && leads.size > 1;
    const isCertain = decimalProof !== null || TYPESET_MARKS.includes(groupChar) || isBelowAndAbove;
    if (groupProof === null && !(isPure && isCertain)) return null;
    // Telephone numbers are all long, if not all as long.
    const hasShort = hasHundreds || hasShortThousands || hasOneGroup;
    if (groupChar === ' ' && !hasFraction && !hasShort && !isSpread(lengths)) return null;
    if (hasPlainThousands && !isPure) return null;
  }
  const proof = groupProof ?? decimalProof ?? (texts[0] as string);
  return Object.freeze({ decimalChar, groupChar, groupsFrom: hasShortThousands ? 5 : 4, proof });
}

/** Codes have as many digits in front each time: `612 345 678`. */
function isVaried(leads: ReadonlySet<number>): boolean {
  return leads.size > 1 || !leads.has(3);
}

/** By more than a group, which a telephone number has in front where it names the country. */
function isSpread(lengths: ReadonlySet<number>): boolean {
  return Math.max(...lengths) - Math.min(...lengths) > 3;
}

function candidateMarks(
  texts: readonly string[],
): Readonly<{ decimalChar: '.' | ','; groupChar: string }> | null {
  let pure = '';
  let hasDot = false;
  let hasComma = false;
  let isDotRepeated = false;
  let isCommaRepeated = false;
  let last = '';
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const character = text[at] as string;
      if ((character >= '0' && character <= '9') || (at === 0 && character === '-')) continue;
      if (PURE_GROUP_MARKS.includes(character)) {
        if (pure !== '' && pure !== character) return null;
        pure = character;
      } else if (character !== '.' && character !== ',') return null;
    }
    const dot = text.indexOf('.');
    const comma = text.indexOf(',');
    hasDot ||= dot !== -1;
    hasComma ||= comma !== -1;
    isDotRepeated ||= dot !== text.lastIndexOf('.');
    isCommaRepeated ||= comma !== text.lastIndexOf(',');
    if (dot !== -1 && comma !== -1) last = dot > comma ? '.' : ',';
  }
  if (pure !== '') {
    return hasDot && hasComma ? null : { decimalChar: hasComma ? ',' : '.', groupChar: pure };
  }
  if (hasDot && hasComma) {
    if (last === '' && isDotRepeated === isCommaRepeated) return null;
    const isCommaDecimal = last === '' ? isDotRepeated : last === ',';
    return isCommaDecimal ? { decimalChar: ',', groupChar: '.' } : { decimalChar: '.', groupChar: ',' };
  }
  if (hasComma)
    return isCommaRepeated ? { decimalChar: '.', groupChar: ',' } : { decimalChar: ',', groupChar: '' };
  return isDotRepeated ? { decimalChar: ',', groupChar: '.' } : null;
}

function literal(mark: string): string {
  return mark === '.' ? '\\.' : mark;
}
