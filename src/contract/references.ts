// Follows a document's `$ref`s: finds what they mean, and copies parts of it with their references rewritten.

import { isObject, type JsonObject, member, members, pointerOf } from './json.ts';

/** Members whose value is data, in which `$ref` is a word like any other. */
const DATA = new Set(['example', 'default', 'enum', 'const', 'value', 'x-rowcast']);
/** Members whose value is a map of names, which are no keywords. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'dependentSchemas',
  'schemas',
  'responses',
  'parameters',
  'headers',
  'content',
  'encoding',
  'links',
  'callbacks',
  'requestBodies',
  'pathItems',
  'paths',
  'examples',
]);
const SCHEMA = /^#\/components\/schemas\/([^/]+)((?:\/.*)?)$/;

/** What a local reference means, and undefined where it means nothing. */
export function resolve(root: unknown, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let node: unknown = root;
  for (const part of ref.slice(2).split('/')) node = member(node, decodePart(part));
  return node;
}

/** A value itself, or what it refers to in the end; undefined where a reference leads nowhere or back to itself. */
export function follow(root: unknown, value: unknown): unknown {
  let node = value;
  for (let steps = 0; steps < 32; steps++) {
    const ref = member(node, '$ref');
    if (typeof ref !== 'string') return node;
    node = resolve(root, ref);
  }
  return undefined;
}

/** Every reference of a document that leads nowhere: where it stands, and what it says. */
export function danglingReferences(root: JsonObject): readonly Readonly<{ pointer: string; ref: unknown }>[] {
  const dangling: { pointer: string; ref: unknown }[] = [];
  copy(root, [], (node, path) => {
    const ref = node.$ref;
    const target = typeof ref === 'string' ? resolve(root, ref) : undefined;
    if (target === undefined || follow(root, target) === undefined)
      dangling.push({ pointer: pointerOf(...path, '$ref'), ref });
    return {};
  });
  return dangling;
}

/** Gives the parts of one document their references anew: schemas by other names, everything else in place. */
export type Rewriter = Readonly<{
  /** @returns a copy of a part that stands without its document */
  rewrite: (part: unknown) => unknown;
  /** The schemas that the copies so far refer to, under their new names, with what these refer to. */
  schemas: () => ReadonlyMap<string, object>;
}>;

/** @param rename gives a schema of this document its new name */
export function createRewriter(root: JsonObject, rename: (name: string) => string): Rewriter {
  const wanted = new Set<string>();
  const inPlace: string[] = [];
  const onReference = (node: JsonObject): unknown => {
    const { $ref, ...rest } = node;
    const ref = String($ref);
    const [, schema, below] = SCHEMA.exec(ref) ?? [];
    if (schema !== undefined) {
      const name = decodePart(schema);
      wanted.add(name);
      return { $ref: `#/components/schemas/${rename(name)}${below}`, ...(rewrite(rest) as object) };
    }
    if (inPlace.includes(ref)) return {}; // a part that holds itself has no end in place
    inPlace.push(ref);
    const target = rewrite(resolve(root, ref));
    inPlace.pop();
    return isObject(target) ? { ...target, ...rest } : target;
  };
  const rewrite = (part: unknown) => copy(part, [], onReference);
  return Object.freeze({
    rewrite,
    schemas() {
      const schemas = new Map<string, object>();
      for (const name of wanted) {
        const schema = rewrite(resolve(root, `#/components/schemas${pointerOf(name)}`));
        schemas.set(rename(name), isObject(schema) ? schema : {});
      }
      return schemas;
    },
  });
}

type OnReference = (node: JsonObject, path: readonly (string | number)[]) => unknown;

function copy(
  node: unknown,
  path: readonly (string | number)[],
  onReference: OnReference,
  isMap = false,
): unknown {
  if (Array.isArray(node)) return node.map((item, index) => copy(item, [...path, index], onReference));
  if (!isObject(node)) return node;
  if (!isMap && node.$ref !== undefined) return onReference(node, path);
  // fromEntries defines members and never sets them, so that `__proto__` is a name like any other.
  return Object.fromEntries(
    Object.entries(node).map(([name, child]) => {
      const isData = !isMap && (DATA.has(name) || (name === 'examples' && Array.isArray(child)));
      if (isData) return [name, child];
      if (!isMap && name === 'mapping') return [name, copyMapping(child, path, onReference)];
      return [name, copy(child, [...path, name], onReference, !isMap && MAPS.has(name))];
    }),
  );
}

/** A discriminator's mapping: its texts are references, or names of schemas. */
function copyMapping(
  mapping: unknown,
  path: readonly (string | number)[],
  onReference: OnReference,
): unknown {
  const refs = members(mapping).map(([value, target]) => {
    const $ref = String(target).includes('/')
      ? String(target)
      : `#/components/schemas${pointerOf(String(target))}`;
    return [value, member(onReference({ $ref }, [...path, 'mapping', value]), '$ref')];
  });
  return Object.fromEntries(refs);
}

function decodePart(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
