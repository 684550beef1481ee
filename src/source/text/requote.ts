// What stands between two quotes → its text, and back under a dialect.

import type { Marks } from './marks.ts';

/** `isOdd`: it is not written as the dialect says, so that a parser would read something else. */
export type QuotedText = Readonly<{ text: string; isOdd: boolean }>;

/**
 * Reads a quoted cell leniently: a doubled quote and an escaped one are one, any other stands for itself, and so does
 * an escape character before anything else.
 * @param inner the bytes between the quotes, as Latin-1
 */
export function readQuoted(inner: string, { quote, escape: escapeByte }: Marks): QuotedText {
  const mark = String.fromCharCode(quote);
  const escapeMark = escapeByte === -1 ? '\\' : String.fromCharCode(escapeByte);
  if (!inner.includes(mark) && (escapeByte === -1 || !inner.includes(escapeMark)))
    return { text: inner, isOdd: false };
  const parts: string[] = [];
  let isOdd = false;
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at] as string;
    const following = inner[at + 1];
    // Before an apostrophe a backslash may be anything.
    const isEscape =
      character === escapeMark &&
      (escapeByte !== -1 || mark === '"') &&
      (following === mark || (escapeByte !== -1 && following === escapeMark));
    if (isEscape) {
      isOdd ||= escapeByte === -1;
      parts.push(inner[++at] as string);
    } else if (character === mark && following === mark) {
      isOdd ||= escapeByte !== -1;
      parts.push(mark);
      at++;
    } else {
      isOdd ||= character === mark || (escapeByte !== -1 && character === escapeMark);
      parts.push(character);
    }
  }
  return { text: parts.join(''), isOdd };
}

/** Writes a text as a quoted cell. */
export function quoteCell(text: string, { quote, escape: escapeByte }: Marks): string {
  const mark = String.fromCharCode(quote);
  if (escapeByte === -1) return `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;
  const escapeMark = String.fromCharCode(escapeByte);
  const escaped = text.replaceAll(escapeMark, escapeMark + escapeMark).replaceAll(mark, escapeMark + mark);
  return `${mark}${escaped}${mark}`;
}
