// A frame that a client sent → what it asks for, or the sentence that says what is wrong with it.

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { nearest } from '../../problem.ts';
import { CLIENT_FRAMES } from './client-frames.ts';

/** What is wrong with a frame. */
export type Fault = Readonly<{ message: string; nearest?: string }>;
/** `id` is the JSON text of the frame's id, as it stood there; null: it has none. */
export type ReadFrame =
  | Readonly<{ kind: 'frame'; op: string; frame: Readonly<Record<string, unknown>>; id: string | null }>
  | Readonly<{ kind: 'fault'; fault: Fault; id: string | null }>;

const OPS = [...CLIENT_FRAMES.keys()];
/** Longer words of the client are cut in messages. */
const LONGEST_QUOTE = 64;

const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false, verbose: true });
const validators = new Map([...CLIENT_FRAMES].map(([op, schema]) => [op, ajv.compile(schema)]));

/** Reads a frame's payload, and holds it against the schema of its `op`. */
export function readFrame(data: Buffer, isBinary: boolean): ReadFrame {
  if (isBinary) return fault('Frames are JSON text; this one is binary.');
  const text = data.toString('utf8');
  const parsed = parse(text);
  if (parsed.kind === 'malformed') return fault(`The frame is not JSON: ${parsed.reason}`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault(`A frame is a JSON object with an op: ${sayOps()}`);
  const frame = value as Readonly<Record<string, unknown>>;
  const id = Object.hasOwn(frame, 'id') ? echoOf(frame.id, text) : null;
  if (id === undefined) return fault('The id is nested too deeply to be echoed.');
  const found = check(frame);
  return found === null
    ? { kind: 'frame', op: frame.op as string, frame, id }
    : { kind: 'fault', fault: found, id };
}

function check(frame: Readonly<Record<string, unknown>>): Fault | null {
  const { op } = frame;
  if (typeof op !== 'string') return { message: `The frame has no op that is a text: ${sayOps()}` };
  const validate = validators.get(op);
  if (validate === undefined) {
    return withNearest(`There is no op ${quote(op)}: ${sayOps()}`, nearest(op, OPS));
  }
  return validate(frame) ? null : translate(op, (validate.errors as ErrorObject[])[0] as ErrorObject);
}

/** Says what a validator found, in a sentence. */
function translate(op: string, error: ErrorObject): Fault {
  const { keyword, params, instancePath, parentSchema, data } = error;
  if (keyword === 'additionalProperties') {
    const members = Object.keys((parentSchema?.properties ?? {}) as object);
    const word = String(params.additionalProperty);
    const message = `A ${op} has no member ${quote(word)}: its members are ${members.join(', ')}.`;
    return withNearest(message, nearest(word, members));
  }
  if (keyword === 'required') {
    const member = String(params.missingProperty);
    const properties = parentSchema?.properties as Readonly<Record<string, { description?: string }>>;
    return { message: `The ${op} has no ${member}: it needs ${properties[member]?.description}.` };
  }
  const member = instancePath
    .slice(1)
    .replace(/\/(\d+)$/, '[$1]')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  const allowed =
    keyword === 'enum' && typeof data === 'string' ? nearest(data, params.allowedValues) : undefined;
  return withNearest(
    `The member ${shorten(member)} of ${op} is ${quote(data)}: it has to be ${parentSchema?.description}.`,
    allowed,
  );
}

function withNearest(message: string, meant: string | undefined): Fault {
  return meant === undefined ? { message } : { message, nearest: meant };
}

function fault(message: string): ReadFrame {
  return { kind: 'fault', fault: { message }, id: null };
}

function sayOps(): string {
  return `the ops are ${OPS.join(', ')}.`;
}

/** A client's value, as it stands in a message. */
export function quote(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return shorten(JSON.stringify(typeof value === 'string' ? shorten(value) : value));
}

function shorten(word: string): string {
  return word.length > LONGEST_QUOTE + 2 ? `${word.slice(0, LONGEST_QUOTE).toWellFormed()}…` : word;
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
  ) => Readonly<Record<string, unknown>>;
  rawJSON: (text: string) => unknown;
}>;

/**
 * The JSON text of an id. Numbers that a double does not hold, such as 64-bit ids, keep their digits.
 * @returns undefined when it is nested so deeply that it cannot be written
 */
function echoOf(id: unknown, frameText: string): string | undefined {
  const isSafe = typeof id === 'number' ? Number.isSafeInteger(id) : typeof id !== 'object';
  if (isSafe) return JSON.stringify(id);
  try {
    const frame = SourcedJson.parse(frameText, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined ? SourcedJson.rawJSON(source) : value,
    );
    return JSON.stringify(frame.id);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
