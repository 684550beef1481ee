// The bytes of a request's body → JSON, or the problem that says where it is none.

import type { Problem } from '../problem.ts';
import { queryProblem } from '../query/faults.ts';
import { repeatedMember } from '../query/repeated-member.ts';

export type JsonRead = Readonly<{ kind: 'json'; value: unknown } | { kind: 'problem'; problem: Problem }>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON in UTF-8. */
export function readJson(bytes: Buffer): JsonRead {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return malformed('The body is not UTF-8.');
  }
  if (text.trim() === '') return malformed('The body is empty: send JSON, {} for everything.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(`The body is no JSON: ${placed((error as SyntaxError).message, text)}.`);
  }
  const twice = repeatedMember(text);
  if (twice === undefined) return { kind: 'json', value };
  return malformed(`The member ${JSON.stringify(twice.slice(0, 200))} stands twice in one object.`);
}

/** The parser's own words, with the place in lines and columns. */
function placed(message: string, text: string): string {
  const at = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, at === undefined ? text.length : Number(at)).split('\n');
  const words = message.replace(/ in JSON at position.*$/s, '').replace(/ \(line \d+ column \d+\)$/, '');
  return `${words}, at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

function malformed(message: string): JsonRead {
  return { kind: 'problem', problem: queryProblem([{ pointer: '', code: 'malformed-json', message }]) };
}
