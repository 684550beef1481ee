// A URL's query string → its parameters in order. Syntax only: what they mean is the plan's to say.

import type { Problem } from '../problem.ts';

/** Keys and values, decoded; the same key may stand several times. */
export type Request = readonly (readonly [key: string, value: string])[];

export type ParsedRequest =
  | Readonly<{ kind: 'request'; request: Request }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** The request without any parameter. */
export const EMPTY_REQUEST: Request = Object.freeze([]);

/**
 * Reads what stands after the `?` of a URL, as a form writes it (WHATWG URL, 5.1): `+` is a blank. Other than a form,
 * it refuses a malformed percent-encoding, since a value read wrongly matches the wrong rows.
 */
export function parseRequest(query: string): ParsedRequest {
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    try {
      pairs.push(at === -1 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
    } catch {
      const detail = `The query has ${JSON.stringify(part)}, which is not percent-encoded UTF-8: write a percent sign as %25.`;
      return { kind: 'problem', problem: { code: 'bad-request', detail } };
    }
  }
  return { kind: 'request', request: Object.freeze(pairs) };
}

/** Writes a request back as a query string, without the `?`. */
export function formatRequest(request: Request): string {
  return request.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
