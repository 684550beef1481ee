// A frame that a client sent → the one frame that answers it.

import { nearest } from '../problem.ts';
import type { Reply } from './frames.ts';

type Frame = Readonly<Record<string, unknown>>;
type Operation = Readonly<{ op: string; answer: (frame: Frame) => Reply }>;

/** What a client may ask for, by the `op` of its frame. */
const OPERATIONS: readonly Operation[] = [{ op: 'ping', answer: () => ({ type: 'pong' }) }];
const NAMES = OPERATIONS.map(({ op }) => op);
/** Longer words of the client are cut in messages. */
const LONGEST_QUOTE = 64;

/**
 * Answers one frame, whatever it is; the answer has the `id` of the frame, as it was, if the frame has one.
 * @param data the frame's payload
 * @returns the JSON text of a `Reply`
 */
export function answerFrame(data: Buffer, isBinary: boolean): Buffer {
  return Buffer.from(answer(data, isBinary));
}

function answer(data: Buffer, isBinary: boolean): string {
  if (isBinary) return refusal('binary-frame', 'Frames are JSON text; this one is binary.');
  const text = data.toString('utf8');
  const parsed = parse(text);
  if (parsed.kind === 'malformed') return refusal('invalid-json', `The frame is not JSON: ${parsed.reason}`);
  const frame = parsed.value;
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    return refusal('not-an-object', `A frame is a JSON object with an op: ${sayOps()}`);
  }
  const reply = operate(frame as Frame);
  if (!Object.hasOwn(frame, 'id')) return JSON.stringify(reply);
  const echo = echoOf((frame as Frame).id, text);
  if (echo === null) return refusal('invalid-json', 'The id is nested too deeply to be echoed.');
  const [type, rest] = [JSON.stringify(reply.type), JSON.stringify({ ...reply, type: undefined }).slice(1)];
  return `{"type":${type},"id":${echo}${rest === '}' ? '' : ','}${rest}`;
}

function operate(frame: Frame): Reply {
  const { op } = frame;
  if (typeof op !== 'string') {
    return { type: 'error', code: 'unknown-op', message: `The frame has no op that is a text: ${sayOps()}` };
  }
  const operation = OPERATIONS.find((known) => known.op === op);
  if (operation !== undefined) return operation.answer(frame);
  const meant = nearest(op, NAMES);
  const message = `There is no op ${JSON.stringify(shorten(op))}: ${sayOps()}`;
  return { type: 'error', code: 'unknown-op', message, ...(meant === undefined ? {} : { nearest: meant }) };
}

function refusal(code: (Reply & { type: 'error' })['code'], message: string): string {
  return JSON.stringify({ type: 'error', code, message } satisfies Reply);
}

function sayOps(): string {
  return `the ops are ${NAMES.join(', ')}.`;
}

function shorten(word: string): string {
  return word.length > LONGEST_QUOTE ? `${word.slice(0, LONGEST_QUOTE).toWellFormed()}…` : word;
}

type Parsed = Readonly<{ kind: 'json'; value: unknown }> | Readonly<{ kind: 'malformed'; reason: string }>;

function parse(text: string): Parsed {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'malformed', reason: shorten(error instanceof Error ? error.message : String(error)) };
  }
}

/** JSON with source text access (ECMA-262, JSON.parse and JSON.rawJSON), which the standard types do not have yet. */
const SourcedJson = JSON as unknown as Readonly<{
  parse: (
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ) => Frame;
  rawJSON: (text: string) => unknown;
}>;

/**
 * The JSON text of an id. Numbers that a double does not hold, such as 64-bit ids, keep their digits.
 * @returns null when it is nested so deeply that it cannot be written
 */
function echoOf(id: unknown, frameText: string): string | null {
  const isSafe = typeof id === 'number' ? Number.isSafeInteger(id) : typeof id !== 'object';
  if (isSafe) return JSON.stringify(id);
  try {
    const frame = SourcedJson.parse(frameText, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined ? SourcedJson.rawJSON(source) : value,
    );
    return JSON.stringify(frame.id);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
