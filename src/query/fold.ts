// Texts → the forms in which they are searched: without accents and case for `_q`, in lower case for the `i` operators.

import { type TextStore, textAt, textCount } from '../table/text-store.ts';
import { TextWriter } from '../table/text-writer.ts';

/** `folded`: without accents and case; `lower`: in lower case. */
export type TextForm = 'folded' | 'lower';

/** A text without accents, case, and the difference between compatible characters (Unicode NFKD). */
export function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ');
}

/** A text in the form in which a store of that form holds it. */
export function textIn(form: TextForm, text: string): string {
  return form === 'folded' ? fold(text) : text.toLowerCase();
}

/** All entries of a store in another form, at the same positions. Time: a look at every byte, more beyond ASCII. */
export function storeIn(form: TextForm, store: TextStore): TextStore {
  const ascii = lowerAscii(store.bytes);
  if (ascii !== null) return Object.freeze({ bytes: ascii, offsets: store.offsets });
  const count = textCount(store);
  const writer = new TextWriter(store.bytes.length, count);
  for (let entry = 0; entry < count; entry++) writer.push(textIn(form, textAt(store, entry)));
  return writer.finish();
}

/** ASCII bytes in lower case, in shared memory; null where there are others. */
function lowerAscii(bytes: Uint8Array): Uint8Array | null {
  const { length } = bytes;
  const lower = new Uint8Array(new SharedArrayBuffer(length));
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte > 127) return null;
    lower[at] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
  }
  return lower;
}
