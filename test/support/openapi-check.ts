// An OpenAPI document and an answer → nothing, or an error that says where the answer is not as documented.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An answer as `app.inject` or a socket gave it. `path` may have a query; header names are in lower case. */
export type CheckedAnswer = Readonly<{
  method: string;
  path: string;
  status: number;
  headers: Readonly<Record<string, unknown>>;
  body: string | Buffer;
}>;

type Node = { readonly [member: string]: Node } & { readonly $ref?: string; readonly required?: unknown };
type Found = Readonly<{ node: Node; pointer: readonly string[] }>;

const compiled = new WeakMap<object, Ajv2020>();

/**
 * Finds the operation that an answer is of, and holds status, headers, media type and body against it. HEAD is
 * held against GET, without the body.
 * @throws Error with a readable message when the answer is not documented, or not so
 */
export function checkAnswer(document: object, answer: CheckedAnswer): void {
  const { method, path, status, headers, body } = answer;
  const fail = (reason: string): never => {
    throw new Error(`${method} ${path} answered ${status}: ${reason}`);
  };
  const pathname = path.split('?')[0] as string;
  const template = findTemplate(document, pathname) ?? fail('no path of the document matches');
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const operation = at(document, ['paths', template, verb]) ?? fail(`${template} documents no ${method}`);
  const response =
    at(document, [...operation.pointer, 'responses', String(status)]) ??
    at(document, [...operation.pointer, 'responses', 'default']) ??
    fail(`${template} documents only ${Object.keys(operation.node.responses ?? {}).join(', ')}`);
  for (const name of Object.keys(response.node.headers ?? {})) {
    const header = at(document, [...response.pointer, 'headers', name]);
    if (header?.node.required && headers[name.toLowerCase()] === undefined)
      fail(`the header ${name} is missing`);
  }
  if (method === 'HEAD') return;
  checkBody(document, response, String(headers['content-type'] ?? ''), String(body), fail);
}

/** The path template that an URL's path belongs to: concrete segments go before templated ones. */
export function findTemplate(document: object, pathname: string): string | undefined {
  const given = pathname.split('/');
  const matching = Object.keys((document as Node).paths ?? {}).filter((template) => {
    const wanted = template.split('/');
    return (
      wanted.length === given.length &&
      wanted.every((segment, index) => isTemplate(segment) || sameSegment(segment, given[index] as string))
    );
  });
  const templates = (path: string) => path.split('/').filter(isTemplate).length;
  return matching.sort((a, b) => templates(a) - templates(b))[0];
}

function checkBody(
  document: object,
  response: Found,
  type: string,
  body: string,
  fail: (reason: string) => never,
) {
  const essence = type.split(';')[0] as string;
  const { content } = response.node;
  if (content === undefined) {
    if (body !== '') fail(`no body is documented, found ${body.slice(0, 200)}`);
    return;
  }
  if (!Object.hasOwn(content, essence))
    fail(`${essence || 'no media type'} is not among ${Object.keys(content).join(', ')}`);
  if (!/[/+]json$/.test(essence) || content[essence]?.schema === undefined) return;
  const ajv = validatorOf(document);
  const validate = ajv.compile({ $ref: fragment([...response.pointer, 'content', essence, 'schema']) });
  if (!validate(JSON.parse(body)))
    fail(`${ajv.errorsText(validate.errors, { dataVar: 'body' })}\n${body.slice(0, 500)}`);
}

function validatorOf(document: object): Ajv2020 {
  const known = compiled.get(document);
  if (known !== undefined) return known;
  // A union such as ["integer", "null"] is what nullable is called in OpenAPI 3.1.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addSchema(document, 'document');
  compiled.set(document, ajv);
  return ajv;
}

/** A place in the document, with references followed; undefined where there is none. */
function at(document: object, pointer: readonly string[]): Found | undefined {
  let node = document as Node | undefined;
  let place: string[] = [];
  for (const member of pointer) {
    node = node !== undefined && Object.hasOwn(node, member) ? node[member] : undefined;
    place.push(member);
    if (typeof node?.$ref !== 'string') continue;
    place = node.$ref.replace(/^#\//, '').split('/').map(unescaped);
    node = at(document, place)?.node;
  }
  return node === undefined ? undefined : { node, pointer: place };
}

function fragment(pointer: readonly string[]): string {
  const steps = pointer.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
  return `document#/${steps.join('/')}`;
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}

function isTemplate(segment: string): boolean {
  return segment.includes('{');
}

function sameSegment(a: string, b: string): boolean {
  try {
    return decodeURIComponent(a) === decodeURIComponent(b);
  } catch {
    return a === b;
  }
}
