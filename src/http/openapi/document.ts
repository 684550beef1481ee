// A moment of the catalog, the contracts and the system's routes → the OpenAPI document of that moment.
import type { Entry, Snapshot } from '../../catalog.ts';
import { relationsOf } from '../relations.ts';
import { anyTablePaths, MOST_TABLES } from './any-table-paths.ts';
import { componentNames } from './component-names.ts';
import { SHARED_COMPONENTS } from './components.ts';
import { contractPaths, isTakenBy } from './contract-paths.ts';
import { MOST_WITH_OPERATORS } from './field-parameters.ts';
import { systemPaths } from './system-paths.ts';
import { type TablePaths, tablePaths, unavailablePaths } from './table-paths.ts';

/** What the document needs to know of the contracts. */
export type DocumentedContracts = Readonly<{
  /** Changes whenever a contract does. */
  tag: () => string;
  /** Path items by path template, and the component schemas that they need. */
  openapi: (snapshot: Snapshot) => Readonly<{
    paths: ReadonlyMap<string, object>;
    schemas: ReadonlyMap<string, object>;
  }>;
}>;

/** A document of @fastify/swagger: the system's routes, and what is said of the whole. */
export type BaseDocument = Readonly<{
  openapi?: string;
  info?: object;
  paths?: Readonly<Record<string, object | undefined>>;
  components?: Readonly<{ schemas?: Readonly<Record<string, object>> }>;
}>;

/** Operators are listed for the first tables, up to so many fields in all: the document is to be read as a whole. */
const MOST_FIELDS_WITH_OPERATORS = 500;

const made = new WeakMap<object, Readonly<{ tag: string; document: Promise<object> }>>();

/**
 * The OpenAPI 3.1 document of a moment; the same object again as long as nothing changes.
 * @param base `app.swagger()`
 */
export function openApiDocument(
  snapshot: Snapshot,
  contracts: DocumentedContracts,
  base: BaseDocument,
): Promise<object> {
  const tag = JSON.stringify([snapshot.tag, contracts.tag()]);
  const known = made.get(base);
  if (known?.tag === tag) return known.document;
  const document = merge(snapshot, contracts.openapi(snapshot), base);
  made.set(base, { tag, document });
  return document;
}

/** Contracts first, then tables, then the system: the order in which a reader looks for them. */
async function merge(
  snapshot: Snapshot,
  contracts: ReturnType<DocumentedContracts['openapi']>,
  base: BaseDocument,
): Promise<object> {
  const { paths = {}, components = {}, ...head } = base;
  const schemas = {
    ...SHARED_COMPONENTS.schemas,
    ...components.schemas,
    ...Object.fromEntries(contracts.schemas),
  };
  const entries = [...snapshot.tables.values()];
  const tables = await describeTables(snapshot, entries.slice(0, MOST_TABLES), Object.keys(schemas));
  const further = entries.slice(MOST_TABLES);
  const contracted = contractPaths(contracts.paths);
  return {
    ...head,
    paths: Object.fromEntries([
      ...contracted,
      ...[...tables.paths, ...(further.length > 0 ? anyTablePaths(further) : [])].filter(
        ([path]) => !contracted.some(([template]) => isTakenBy(template, path)),
      ),
      ...systemPaths(paths, entries[0]?.name),
    ]),
    components: {
      ...components,
      ...SHARED_COMPONENTS,
      schemas: { ...schemas, ...Object.fromEntries(tables.schemas) },
    },
  };
}

async function describeTables(
  snapshot: Snapshot,
  entries: readonly Entry[],
  taken: readonly string[],
): Promise<TablePaths> {
  const rows = componentNames(
    entries.map(({ name }) => name),
    taken,
  );
  const wheres = componentNames(
    [...rows.values()].map((row) => `${row}_where`),
    [...taken, ...rows.values()],
  );
  let fields = 0;
  const described: TablePaths[] = [];
  for (const entry of entries) {
    const row = rows.get(entry.name) as string;
    if (entry.state === 'error') {
      described.push(unavailablePaths(entry, row));
      continue;
    }
    const relations = await relationsOf(snapshot, entry.name);
    const { length } = entry.table.schema.fields;
    const hasOperators = length <= MOST_WITH_OPERATORS && fields + length <= MOST_FIELDS_WITH_OPERATORS;
    if (hasOperators) fields += length;
    const paths = tablePaths(entry, {
      row,
      where: wheres.get(`${row}_where`) as string,
      hasOperators,
      relations: relations.map((relation) => ({ relation, row: rows.get(relation.table) ?? 'AnyRow' })),
    });
    described.push(paths);
  }
  return {
    paths: described.flatMap(({ paths }) => paths),
    schemas: described.flatMap(({ schemas }) => schemas),
  };
}
