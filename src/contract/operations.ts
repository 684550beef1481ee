// Turns the paths of an OpenAPI document into the operations that it binds to tables.

import { type Binding, readBinding, tablesOf } from './binding.ts';
import { type Documentation, documentOperation } from './documentation.ts';
import { isObject, type JsonObject, member, members, pointerOf } from './json.ts';
import { missingExample } from './not-found.ts';
import { follow, type Rewriter } from './references.ts';
import { type Route, readRoute } from './route.ts';

/** The paths of the product itself, which come before those of contracts. */
const SYSTEM_PATH =
  /^\/(?:$|(?:tables|docs|ws|health|metrics|problems)(?:\/|$)|(?:openapi\.(?:json|yaml)|asyncapi\.json)$)/;

/** Takes note of what is wrong at a JSON pointer of the document. */
export type Fault = (pointer: string, found: unknown, expected: string) => void;

/** A GET that is answered from tables. The aliases are further routes to it, with the same parameters. */
export type Operation = Readonly<{
  route: Route;
  aliases: readonly Route[];
  binding: Binding;
  tables: readonly string[];
  /** The JSON text of the 404 that the contract declares. */
  notFound: string;
  documentation: Documentation;
}>;

/**
 * @param prefix stands before the names that the documentation takes from this document
 * @returns the operations in the document's order; those that cannot be served were told to `fault`
 */
export function readOperations(
  root: JsonObject,
  prefix: string,
  rewriter: Rewriter,
  fault: Fault,
): readonly Operation[] {
  const base = basePath(root);
  const operations: Operation[] = [];
  for (const [path, item] of members(member(root, 'paths'))) {
    const operation = member(item, 'get');
    const bound = member(operation, 'x-rowcast');
    if (bound === undefined || !isObject(item) || !isObject(operation)) continue;
    const route = readRoute(base + path);
    if (typeof route === 'string') {
      fault(pointerOf('paths', path), path, `a path that can be served (${route})`);
      continue;
    }
    if (SYSTEM_PATH.test(base + path)) {
      fault(pointerOf('paths', path), path, 'a path that Rowcast does not answer itself');
      continue;
    }
    const pointer = pointerOf('paths', path, 'get', 'x-rowcast');
    const binding = readBinding(bound, pointer, { parameters: route.parameters, fault });
    const aliases = readAliases(member(bound, 'aliases'), `${pointer}/aliases`, base, route, fault);
    if (binding === null) continue;
    operations.push(
      Object.freeze({
        route,
        aliases,
        binding,
        tables: tablesOf(binding),
        notFound: missingExample(root, operation),
        documentation: documentOperation(item, operation, {
          prefix,
          rewriter,
          resolve: (value) => follow(root, value),
        }),
      }),
    );
  }
  return Object.freeze(operations);
}

/** Aliases have the parameters of the operation, in any order. */
function readAliases(
  value: unknown,
  pointer: string,
  base: string,
  route: Route,
  fault: Fault,
): readonly Route[] {
  if (value === undefined) return [];
  const expected = `a list of paths with the parameters ${route.parameters.join(', ') || '(none)'}`;
  if (!Array.isArray(value)) {
    fault(pointer, value, expected);
    return [];
  }
  return value.flatMap((path: unknown, index): Route[] => {
    const alias = typeof path === 'string' ? readRoute(base + path) : '';
    const isFit =
      typeof alias !== 'string' &&
      [...alias.parameters].sort().join() === [...route.parameters].sort().join();
    if (isFit) return [alias];
    fault(`${pointer}/${index}`, path, expected);
    return [];
  });
}

/** The path of the first server's URL, which stands before every path of the document. */
function basePath(root: JsonObject): string {
  const server = member(member(root, 'servers'), '0');
  const url = member(server, 'url');
  if (typeof url !== 'string') return '';
  const filled = url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    return String(member(member(member(server, 'variables'), name), 'default') ?? '');
  });
  const path = URL.parse(filled, 'http://localhost/')?.pathname ?? '';
  return path.replace(/\/+$/, '');
}
