// The contracts' path items → the document's, and which paths of tables they answer instead.
import { TAG } from './operation.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Contract path items under the document's one tag. */
export function contractPaths(paths: ReadonlyMap<string, object>): (readonly [path: string, item: object])[] {
  return [...paths].map(([path, item]) => [
    path,
    mapOperations(item, (operation) => ({ ...operation, tags: [TAG] })),
  ]);
}

/** Applies `change` to each operation of a path item; its other members stay. */
export function mapOperations(item: object, change: (operation: object) => object): object {
  return Object.fromEntries(
    Object.entries(item).map(([member, value]) => [member, METHODS.includes(member) ? change(value) : value]),
  );
}

/**
 * Whether every URL of a path is one of a contract's path template, which then answers them all.
 *
 * @example isTakenBy('/api/association/{id}', '/api/association/{key}') // true
 * @example isTakenBy('/api/association/type', '/api/association/{key}') // false: most keys are not `type`
 */
export function isTakenBy(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every(
      (segment, index) => isTemplated(segment) || decoded(segment) === decoded(given[index] as string),
    )
  );
}

function isTemplated(segment: string): boolean {
  return /^\{[^{}]*\}$/.test(segment);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
