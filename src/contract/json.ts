// Looks into the values of a parsed document, whose names are not to be trusted, and says where and what they are.

/** An object of a document. Read its members through `member`, which knows own ones only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value's own member, or undefined (also where the value is no object or list). */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** An object's members in their order; none where the value is no object. */
export function members(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** A JSON pointer (RFC 6901) of member names: `/paths/~1api~1alive/get`. */
export function pointerOf(...names: readonly (string | number)[]): string {
  return names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A value in a few words, for the sentence that says what was found. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object')
    return `an object of ${Object.keys(value).join(', ').slice(0, 80) || 'nothing'}`;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The deepest that a document may be nested. */
const DEEPEST = 200;

/** Whether a value is a tree that can be walked: YAML's anchors can tie one into a knot. */
export function isTree(value: unknown): boolean {
  const done = new Set<unknown>();
  const visit = (node: unknown, depth: number): boolean => {
    if (typeof node !== 'object' || node === null || done.has(node)) return true;
    if (depth > DEEPEST) return false;
    if (!Object.values(node).every((child) => visit(child, depth + 1))) return false;
    done.add(node);
    return true;
  };
  return visit(value, 0);
}
