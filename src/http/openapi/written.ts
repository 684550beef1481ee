// An OpenAPI document → its bytes in JSON and YAML, each with the ETag that names them, made once.
import { createHash } from 'node:crypto';
import { etagOf, JSON_TYPE } from '../validators.ts';
import { jsonText, yamlText } from './document-text.ts';

/** The formats in which the document is served. */
export const FORMATS = [
  { name: 'json', type: JSON_TYPE, write: jsonText },
  { name: 'yaml', type: 'application/yaml; charset=utf-8', write: yamlText },
] as const;

export type Format = (typeof FORMATS)[number];

/** A document as it is sent. */
export type Written = Readonly<{ bytes: Buffer; etag: string; type: string }>;

const made = new WeakMap<object, Map<string, Promise<Written>>>();

/** Writes a document out; the same object is written once in each format. */
export function written(document: object, format: Format): Promise<Written> {
  const known = made.get(document) ?? new Map<string, Promise<Written>>();
  made.set(document, known);
  const found = known.get(format.name) ?? write(document, format);
  known.set(format.name, found);
  return found;
}

async function write(document: object, { type, write: toText }: Format): Promise<Written> {
  const bytes = Buffer.from(await toText(document));
  const etag = etagOf(createHash('sha256').update(bytes).digest('base64url'));
  return Object.freeze({ bytes, etag, type });
}
