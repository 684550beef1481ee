// Turns the documents that serve at a moment into one router, and says which of their routes were taken already.

import findMyWay, { type HTTPVersion, type Instance } from 'find-my-way';
import type { ContractDocument } from './document.ts';
import type { Operation } from './operations.ts';
import { ROUTER_OPTIONS } from './route.ts';

/** `order[i]` is where the operation's parameter `i` stands in the route, which may be an alias. */
export type Bound = Readonly<{ document: ContractDocument; operation: Operation; order: readonly number[] }>;

export type Routing = Readonly<{
  router: Instance<HTTPVersion.V1>;
  bound: readonly Bound[];
  /** Sentences by document: routes that another operation has. */
  conflicts: ReadonlyMap<ContractDocument, readonly string[]>;
  /** Operations whose own path is another's. */
  hidden: ReadonlySet<Operation>;
}>;

export type Found = Readonly<{ bound: Bound; values: readonly string[] }>;

/** @param documents in the order of their names: the first to bind a path has it */
export function buildRouting(documents: readonly ContractDocument[]): Routing {
  const router = findMyWay(ROUTER_OPTIONS);
  const taken = new Map<string, Bound>();
  const conflicts = new Map<ContractDocument, readonly string[]>();
  const hidden = new Set<Operation>();
  for (const document of documents) {
    for (const operation of document.operations) {
      for (const route of [operation.route, ...operation.aliases]) {
        const owner = taken.get(route.pattern);
        if (owner !== undefined) {
          const sentence = `GET ${route.path} is answered by ${owner.document.path} already, as ${owner.operation.route.path}.`;
          conflicts.set(document, [...(conflicts.get(document) ?? []), sentence]);
          if (route === operation.route) hidden.add(operation);
          continue;
        }
        const order = operation.route.parameters.map((name) => route.parameters.indexOf(name));
        const bound = Object.freeze({ document, operation, order });
        taken.set(route.pattern, bound);
        router.on('GET', route.pattern, () => {}, bound);
      }
    }
  }
  return Object.freeze({ router, bound: Object.freeze([...taken.values()]), conflicts, hidden });
}

/** The operation of a path, which is still percent-encoded, and its parameters, which no longer are. */
export function findRoute({ router }: Routing, path: string): Found | null {
  const found = router.find('GET', path);
  if (found === null) return null;
  const bound = found.store as Bound;
  return { bound, values: bound.order.map((at) => found.params[`p${at}`] ?? '') };
}
