// GET /tables and /tables/{table}: what there is, what is known of it, and what is wrong with the rest; a table as a page too.
import type { FastifyInstance } from 'fastify';
import type { Catalog, Entry, Snapshot } from '../catalog.ts';
import type { ForeignKeys, Relation } from '../query/relations.ts';
import { ABOUT_POLICY, aboutPage } from './about-page.ts';
import { preferred } from './accept.ts';
import type { Contracts } from './contracts.ts';
import { answerAfter } from './later.ts';
import { findEntry, lookupProblem, tableUrl } from './lookup.ts';
import { refusesParameters } from './no-parameters.ts';
import { sendProblem } from './problems.ts';
import { describeRelations, knownForeignKeys, type ListedRelation, relationsOf } from './relations.ts';
import { TABLE_PARAMS, TABLE_SCHEMA, TABLES_SCHEMA } from './table-schemas.ts';
import { etagOf, HTML_TYPE, JSON_TYPE, sendRepresentation } from './validators.ts';

const TAGS = ['Rowcast'];
/** How a table is described; whoever takes neither gets the first. */
const ABOUT_TYPES = [{ mediaType: 'application/json' }, { mediaType: 'text/html' }] as const;

/** Adds both routes. */
export function tablesRoutes(app: FastifyInstance, catalog: Catalog, contracts: Contracts): void {
  const etagNow = (snapshot: Snapshot) => etagOf(snapshot.tag, contracts.tag());

  const listSchema = {
    tags: TAGS,
    operationId: 'listTables',
    summary: 'The tables of this moment',
    description: 'Every table, the files that are none and why, and the contracts that are served.',
    response: { 200: TABLES_SCHEMA },
  };
  app.get('/tables', { schema: listSchema }, (request, reply) => {
    if (refusesParameters(request, reply)) return;
    const snapshot = catalog.current();
    const body = () => JSON.stringify(describeAll(snapshot, contracts));
    sendRepresentation(request, reply, { etag: etagNow(snapshot), type: JSON_TYPE, body });
  });

  const tableSchema = {
    tags: TAGS,
    operationId: 'describeTable',
    summary: 'What is known of one table',
    description:
      'Its fields and why each has its type, its key, its file, its relations, and what was found wrong in it.',
    params: TABLE_PARAMS,
    response: {
      200: {
        description: TABLE_SCHEMA.description,
        content: {
          'application/json': { schema: TABLE_SCHEMA },
          'text/html': { schema: { type: 'string' } },
        },
      },
    },
  };
  app.get<{ Params: { table: string } }>('/tables/:table', { schema: tableSchema }, (request, reply) => {
    if (refusesParameters(request, reply)) return;
    const snapshot = catalog.current();
    const { table: name } = request.params;
    const entry = findEntry(snapshot, name);
    if (entry === undefined) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    const isPage = preferred(request.headers.accept, ABOUT_TYPES)?.mediaType === 'text/html';
    const type = isPage ? HTML_TYPE : JSON_TYPE;
    if (isPage) reply.header('content-security-policy', ABOUT_POLICY);
    const send = (relations: readonly Relation[]) => {
      const body = () => {
        const { foreignKeys, faults } = knownForeignKeys(snapshot, entry.name);
        const listed = describeRelations(snapshot, entry.name, relations);
        if (isPage) return aboutPage(entry, listed, faults);
        const shadowed = contracts.shadowed(snapshot);
        return JSON.stringify(describe(entry, shadowed, { relations: listed, foreignKeys, faults }));
      };
      sendRepresentation(request, reply, { etag: etagOf(etagNow(snapshot), type), type, body });
    };
    answerAfter(reply, relationsOf(snapshot, entry.name), send);
  });
}

function describeAll(snapshot: Snapshot, contracts: Contracts): object {
  const shadowed = contracts.shadowed(snapshot);
  return {
    tables: [...snapshot.tables.values()].map((entry) => summarize(entry, shadowed)),
    rejected: snapshot.rejected.map(({ path, code, reason, line }) => ({ path, code, reason, line })),
    contracts: contracts.reports(snapshot),
  };
}

/** Members that are undefined do not appear; a table that was never readable has null for what its rows would say. */
function summarize(entry: Entry, shadowed: ReadonlyMap<string, string>) {
  const { name, path, state, rejection, table, position, file } = entry;
  return {
    name,
    path,
    url: tableUrl(name),
    state,
    reason: rejection?.reason,
    code: rejection?.code,
    line: rejection?.line,
    shadowedBy: shadowed.get(name),
    version: table?.version ?? null,
    position,
    rows: table?.rowCount ?? null,
    bytes: file?.bytes ?? null,
    modified: file?.modified ?? null,
  };
}

type References = Pick<ForeignKeys, 'foreignKeys' | 'faults'> &
  Readonly<{ relations: readonly ListedRelation[] }>;

function describe(
  entry: Entry,
  shadowed: ReadonlyMap<string, string>,
  { relations, foreignKeys, faults }: References,
): object {
  const { table, file } = entry;
  const summary = summarize(entry, shadowed);
  if (table === null) return summary;
  const { schema, key } = table;
  return {
    ...summary,
    title: file.title,
    description: file.description,
    declaration: file.declaration,
    key: { mode: key.mode, fields: key.fields },
    dialect: file.dialect,
    encoding: file.encoding,
    encodingConfidence: file.encodingConfidence,
    encodingEvidence: file.encodingEvidence,
    schema: { fields: schema.fields, primaryKey: schema.primaryKey, foreignKeys },
    relations,
    brokenForeignKeys: faults,
    diagnostics: file.diagnostics,
    diagnosticCount: file.diagnosticCount,
  };
}
