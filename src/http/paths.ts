// A request's URL → the path that routes and contracts see, and the methods that this path takes now.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import createRouter from 'find-my-way';
import type { Snapshot } from '../catalog.ts';
import type { Contracts } from './contracts.ts';
import { findEntry } from './lookup.ts';
import { isNestedPath } from './nested-path.ts';

/** How paths are matched, by Fastify's router and by ours. A file's name has 255 bytes, which is 765 characters. */
export const ROUTER_OPTIONS = Object.freeze({ ignoreTrailingSlash: true, maxParamLength: 1000 });

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Under this prefix contracts come before tables. */
export const API_PREFIX = '/api/';

/** Mends what is not quite a URL: doubled slashes, the absolute form (RFC 9112, section 3.2.2), and `*`. */
export function rewriteUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (url.charCodeAt(0) === SLASH && !url.includes('//')) return url;
  const [, path = '', rest = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/is.exec(url) ?? [];
  return `/${path.replace(/\/{2,}/g, '/').replace(/^[/*]/, '')}${rest}`;
}

const SLASH = 47;

/** The path of a URL, percent-encoded as it came, without a slash at its end. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** What stands behind the `?` of a URL. */
export function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}

/** Who answers a path now, and the methods that it takes there. */
export type Owner = Readonly<{ kind: 'system' | 'contract' | 'table'; methods: readonly string[] }>;

/** The first that answers a path, in the order of `Owner`'s kinds; null: there is no such path. */
export type FindOwner = (path: string, snapshot: Snapshot) => Owner | null;

const READ_METHODS = Object.freeze(['GET', 'HEAD', 'OPTIONS']);
/** What `/api/{table}/_search` takes. */
export const SEARCH_METHODS = Object.freeze(['POST', 'OPTIONS']);

/** Hears of every route that is registered afterwards. */
export function pathOwners(app: FastifyInstance, contracts: Contracts): FindOwner {
  const routes = createRouter(ROUTER_OPTIONS);
  app.addHook('onRoute', ({ method, url }) => {
    if (url.startsWith(API_PREFIX) || url === '*') return;
    for (const each of [method].flat()) {
      if (METHODS.some((known) => known === each) && !routes.hasRoute(each as 'GET', url))
        routes.on(each as 'GET', url, () => {});
    }
  });
  return (path, snapshot) => {
    const system = METHODS.filter((method) => routes.find(method, path) !== null);
    if (system.length > 0) return { kind: 'system', methods: withOptions(system) };
    const contract = contracts.allow(path, snapshot);
    if (contract !== null) return { kind: 'contract', methods: withOptions(contract) };
    const methods = tableMethods(path, snapshot);
    return methods === null ? null : { kind: 'table', methods };
  };
}

function withOptions(methods: readonly string[]): readonly string[] {
  return [...new Set([...(methods.includes('GET') ? ['GET', 'HEAD'] : []), ...methods, 'OPTIONS'])];
}

/** The methods that rows, a row, a search, changes or nested rows take; null where there are none. */
function tableMethods(path: string, snapshot: Snapshot): readonly string[] | null {
  const [root, api, name, key, ...rest] = path.split('/');
  if (root !== '' || api !== 'api' || !name) return null;
  const isSearch = key === '_search' && rest.length === 0;
  const isChanges = key === '_changes' && rest.length === 0;
  if (!isSearch && !isChanges && isReserved(rest.at(-1) ?? key)) return null;
  if (rest.length > 0) return isNestedPath(path, snapshot) ? READ_METHODS : null;
  try {
    if (findEntry(snapshot, decodeURIComponent(name)) === undefined) return null;
  } catch {
    return null;
  }
  return isSearch ? SEARCH_METHODS : READ_METHODS;
}

/** Last segments that are no row's key. */
export function isReserved(key: string | undefined): boolean {
  return key === '_search' || key === '_changes';
}
