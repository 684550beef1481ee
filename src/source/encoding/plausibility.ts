// Text that was decoded on trial → how much it looks like something a person wrote, from about -3 to 1.

/**
 * Which letters an encoding's texts are made of: those that are met often, and the others of their languages. `isDaily`
 * tells the same of characters too many to list.
 */
export type Letters = Readonly<{
  common: ReadonlySet<string>;
  known: ReadonlySet<string>;
  isDaily?: (character: string) => boolean;
}>;

const BROKEN = -3;
const MISSPELT = -2;
const MISPLACED = -1;
const SELDOM = 0.1;
const KNOWN = 0.6;

const LETTER = /^\p{L}/u;
const UPPER = /^\p{Lu}/u;
const LOWER = /^\p{Ll}/u;
const BROKEN_CHARACTER = /^[\u0080-\u009f\ufffd\p{Co}\p{Cn}]/u;
const EAST_ASIAN = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー々〆]/u;
const EAST_ASIAN_SIGN = /^[\u3000-\u303f\uff01-\uff5e\uffe0-\uffe6]/u;
const HALF_WIDTH = /^[\uff61-\uff9f]/u;
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai'].map(
  (script) => new RegExp(`^\\p{sc=${script}}`, 'u'),
);
const CYRILLIC_VOWEL = /^[аеёиоуыэюя]/i;
const MARK = /^[\p{M}\u0e46\u0e2f]/u;
/** Signs that stand apart from words, or close to numbers, in the texts of many countries. */
const NUMERIC_SIGN = /^[°€£¥²³½¼¾×±‰º§№¢]/u;
/** Of these, no word begins with any: `£ukasz` is none. */
const BEFORE_NUMBER = /^[€£¥½¼¾×±¢]/u;
const MICRO = /^µ(?:mol|Sv|[gmslLAFVWNHCT])(?!\p{L})/u;
const OPENING = /^[“«‘„¿¡‹‚]/u;
const CLOSING = /^[”»’…›™®©ª]/u;
const APART = /^[–—\u00a0•·†]/u;

/**
 * Scores the characters beyond ASCII: letters that are common and stand where letters of their case and script do,
 * signs that stand where such signs do.
 * @param text cells, one a line
 */
export function plausibility(text: string, letters: Letters): number {
  let sum = 0;
  let count = 0;
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if ((character.codePointAt(0) as number) < 0x80) continue;
    sum += scoreOne(character, characters, at, letters);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function scoreOne(character: string, all: readonly string[], at: number, letters: Letters): number {
  const before = all[at - 1] ?? '\n';
  const after = all[at + 1] ?? '\n';
  if (BROKEN_CHARACTER.test(character)) return BROKEN;
  const isAlone = !isBeyondAscii(before) && !isBeyondAscii(after);
  if (EAST_ASIAN_SIGN.test(character)) return isAlone ? 0.2 : 0.8;
  if (HALF_WIDTH.test(character)) return HALF_WIDTH.test(before) || HALF_WIDTH.test(after) ? 0.4 : -0.2;
  if (EAST_ASIAN.test(character)) {
    const isAmongLatin = /[A-Za-z]/.test(before) || /[A-Za-z]/.test(after);
    return dailyScore(character, letters) - (isAmongLatin ? 0.7 : 0);
  }
  if (MARK.test(character)) {
    const isOnLetter = LETTER.test(before) && !SCRIPTS[0]?.test(before);
    return isOnLetter || MARK.test(before) ? 1 : MISPLACED;
  }
  if (character === 'µ') return MICRO.test(all.slice(at, at + 5).join('')) ? 0.8 : -0.3;
  if (LETTER.test(character) && character !== 'º') return scoreLetter(character, before, after, letters);
  return scoreSign(character, before, after, all, at);
}

function isBeyondAscii(character: string): boolean {
  return (character.codePointAt(0) as number) >= 0x80;
}

function dailyScore(character: string, { common, isDaily }: Letters): number {
  if (common.has(character)) return 1;
  return isDaily?.(character) ? KNOWN : -0.3;
}

function scoreLetter(character: string, before: string, after: string, letters: Letters): number {
  const script = SCRIPTS.find((pattern) => pattern.test(character));
  const isForeign = (other: string) => LETTER.test(other) && script?.test(other) !== true;
  if (isForeign(before) || isForeign(after)) return MISPLACED;
  if (LOWER.test(before) && UPPER.test(character)) return MISPLACED;
  if (LOWER.test(character) && UPPER.test(after)) return MISPLACED;
  if (isMisspelt(character, before, after)) return MISSPELT;
  const isLatin = script === SCRIPTS[0];
  if (!isLatin && !LETTER.test(before) && !LETTER.test(after)) return SELDOM;
  // Words of Latin letters have plain ones too.
  if (isLatin && (LETTER.test(before) || LETTER.test(after)) && !isPlain(before) && !isPlain(after))
    return -0.5;
  if (isLatin && /\d/.test(after)) return SELDOM;
  const small = character.toLowerCase().charAt(0); // that of İ is two characters
  if (!letters.common.has(small)) return letters.known.has(small) ? KNOWN : SELDOM;
  if (isLatin && !isPlain(before) && !isPlain(after)) return KNOWN;
  // Small letters are met more often than capitals that no small one follows, most of all among plain ones.
  return UPPER.test(character) && !LOWER.test(after) ? (isLatin ? 0.7 : 0.85) : 1;
}

/**
 * The two small sigmas: one stands at the end of words, and there alone. The Cyrillic signs of softness and hardness
 * follow consonants, as ы does; й follows vowels, or stands before о.
 */
function isMisspelt(character: string, before: string, after: string): boolean {
  if (character === 'ς') return LETTER.test(after);
  if (character === 'σ') return LETTER.test(before) && !LETTER.test(after);
  if (/^[ьъЬЪ]/.test(character)) return !LETTER.test(before) || CYRILLIC_VOWEL.test(before);
  if (/^[ыЫ]/.test(character)) return CYRILLIC_VOWEL.test(before);
  if (/^[йЙ]/.test(character)) return /^[бвгджзклмнпрстфхцчшщ]/i.test(before) && !/^[оО]/.test(after);
  return false;
}

function isPlain(character: string): boolean {
  return /[A-Za-z]/.test(character);
}

function scoreSign(
  character: string,
  before: string,
  after: string,
  all: readonly string[],
  at: number,
): number {
  const isAfterLetter = LETTER.test(before);
  const isBeforeLetter = LETTER.test(after);
  if (character === '’' && isAfterLetter && isBeforeLetter) return isElision(all, at) ? 1 : -0.4;
  if (isAfterLetter && isBeforeLetter) return MISPLACED;
  if (isBeyondAscii(before) || isBeyondAscii(after)) return 0;
  if (isBeforeLetter && BEFORE_NUMBER.test(character)) return -0.3;
  if (NUMERIC_SIGN.test(character)) return /[\d\s(/]/.test(before) || /[\d\s)/]/.test(after) ? 0.8 : 0;
  if (OPENING.test(character)) return isAfterLetter ? MISPLACED : 0.7;
  if (CLOSING.test(character)) return isBeforeLetter ? MISPLACED : 0.7;
  if (APART.test(character)) return /[\s\d)]/.test(before) && /[\s\d(]/.test(after) ? 0.7 : 0;
  return -0.3;
}

/** Whether an apostrophe stands as in “it’s”, “l’eau”, “qu’il”, “O’Brien” or “rock ’n’ roll”. */
function isElision(all: readonly string[], at: number): boolean {
  const before = all.slice(Math.max(0, at - 8), at).join('');
  const after = all.slice(at + 1, at + 4).join('');
  return (
    /(?:^|[^\p{L}])(?:\p{L}|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Aa]ujourd|[Dd]all|[Dd]ell|[Uu]n)$/u.test(
      before,
    ) || /^(?:[stdmST]|ll|re|ve)(?:[^\p{L}]|$)/u.test(after)
  );
}
