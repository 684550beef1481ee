// Finds the body of a contract's 404 in its own response example.

import { isObject, type JsonObject, member, members } from './json.ts';
import { follow } from './references.ts';

const UNDECLARED = JSON.stringify({ error: 'Not found' });

/**
 * The JSON text of the 404 that an operation declares: its media type's `example`, or the first of its `examples`.
 * @returns `{"error":"Not found"}` where it declares none
 */
export function missingExample(root: JsonObject, operation: JsonObject): string {
  const response = follow(root, member(follow(root, member(operation, 'responses')), '404'));
  const media = members(member(response, 'content'));
  const [, chosen] = media.find(([type]) => /^application\/(?:.*\+)?json\b/i.test(type)) ?? media[0] ?? [];
  const content = follow(root, chosen);
  const example = member(content, 'example');
  if (example !== undefined) return JSON.stringify(example);
  const [first] = members(member(content, 'examples'));
  const named = follow(root, first?.[1]);
  const value = isObject(named) ? member(named, 'value') : undefined;
  return value === undefined ? UNDECLARED : JSON.stringify(value);
}
