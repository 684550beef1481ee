// Bytes that are not UTF-8 → the older encoding that they make most sense in, how sure that is, and why.

import { isAscii } from 'node:buffer';
import { analyse } from 'chardet';
import { CANDIDATES } from './candidates.ts';
import { plausibility } from './plausibility.ts';

export type Guess = Readonly<{ encoding: string; confidence: number; evidence: string }>;

/** So many bytes from the first one beyond ASCII are looked at, and so many of the cells among them that have such. */
const WINDOW = 1 << 16;
const MOST_SAMPLE = 1 << 13;
/** What the detector's word counts beside how the text looks. It needs some words to be worth anything. */
const DETECTOR_SHARE = 0.5;

/** @param bytes of a text in an encoding of one or two bytes, with bytes beyond ASCII */
export function guessEncoding(bytes: Buffer): Guess {
  const sample = sampleCells(bytes);
  const detected = new Map<string, number>(
    analyse(sample).map(({ name, confidence }) => [name, confidence / 100]),
  );
  const candidates = CANDIDATES.map(({ encoding, letters, detected: names, lead }) => {
    const known = Math.max(0, ...names.map((name) => detected.get(name) ?? 0));
    const text = new TextDecoder(encoding).decode(sample);
    const looks = plausibility(text, letters);
    return { encoding, text, looks, score: looks + lead + known * DETECTOR_SHARE };
  });
  const scored = candidates.toSorted((a, b) => b.score - a.score);
  const top = scored[0] as (typeof scored)[number];
  // Encodings that give the same text are no rivals: the one that is met most often has it.
  const best = candidates.find(({ text }) => text === top.text) ?? top;
  const next = scored.find(({ text }) => text !== best.text) ?? best;
  const beyond = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  // Sure is what reads well, is better than the next, and rests on more than a few bytes.
  const amount = beyond / (beyond + 4);
  const margin = Math.min(1, (top.score - next.score) * 2);
  const confidence = Math.min(0.99, Math.max(0.1, top.looks) * (0.4 + 0.35 * margin + 0.25 * amount));
  return {
    encoding: best.encoding,
    confidence: Math.round(confidence * 100) / 100,
    evidence: `the bytes are not valid UTF-8; read as ${best.encoding} the ${beyond} bytes beyond ASCII that were looked at make the most likely text, before ${next.encoding}`,
  };
}

/** The cells that have bytes beyond ASCII, one a line. */
function sampleCells(bytes: Buffer): Buffer {
  const start = firstBeyondAscii(bytes);
  const from = Math.max(0, start - 256);
  const window = bytes.subarray(from, from + WINDOW);
  const isWhole = from + WINDOW >= bytes.length;
  // These bytes are no part of a character of two bytes in any of the encodings.
  const cells = window.toString('latin1').split(/[\n\r\t",;]/);
  if (!isWhole && cells.length > 1) cells.pop();
  const found: string[] = [];
  let length = 0;
  for (const cell of cells) {
    if (!/[\x80-\xff]/.test(cell)) continue;
    found.push(cell.slice(0, MOST_SAMPLE));
    length += cell.length;
    if (length > MOST_SAMPLE) break;
  }
  return Buffer.from(found.join('\n'), 'latin1');
}

function firstBeyondAscii(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && isAscii(bytes.subarray(at, at + WINDOW))) at += WINDOW;
  while (at < bytes.length && (bytes[at] as number) < 0x80) at++;
  return at;
}
