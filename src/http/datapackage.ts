// GET /datapackage.json → the Data Package descriptor of the whole folder at this moment.
import type { FastifyInstance } from 'fastify';
import type { Catalog, Snapshot } from '../catalog.ts';
import { type DataPackage, describePackage } from '../descriptor/data-package.ts';
import { answerAfter } from './later.ts';
import { refusesParameters } from './no-parameters.ts';
import { servedTables } from './relations.ts';
import { inSlices } from './slices.ts';
import { etagOf, JSON_TYPE, sendRepresentation } from './validators.ts';

const SCHEMA = {
  tags: ['Rowcast'],
  operationId: 'dataPackage',
  summary: 'The whole folder, described for other tools',
  description:
    'A Data Package 2.0 descriptor: every file with its encoding, dialect and Table Schema, as found or declared. Saved beside the files as `datapackage.json` it declares them.',
  response: {
    200: {
      description: 'The descriptor',
      type: 'object',
      properties: {
        $schema: { type: 'string', format: 'uri', description: 'The profile of the descriptor.' },
        name: { type: 'string', description: 'The name of the folder.' },
        resources: {
          type: 'array',
          description: 'The files.',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string', description: 'The name that foreign keys use.' },
              type: { type: 'string', const: 'table' },
              path: { type: 'string', description: 'The file, relative to the data folder.' },
              title: { type: 'string' },
              description: { type: 'string' },
              format: { type: 'string', enum: ['csv', 'tsv'] },
              mediatype: { type: 'string' },
              encoding: { type: 'string' },
              bytes: { type: 'integer', minimum: 0 },
              dialect: { type: 'object', additionalProperties: true, description: 'A Table Dialect.' },
              schema: { type: 'object', additionalProperties: true, description: 'A Table Schema.' },
            },
            required: ['name', 'type', 'path', 'format', 'mediatype', 'encoding', 'bytes', 'dialect'],
          },
        },
      },
      required: ['$schema', 'name', 'resources'],
    },
  },
};

const made = new WeakMap<Snapshot, DataPackage>();

/** Adds the route. @param folder the data folder's own name */
export function dataPackageRoute(app: FastifyInstance, catalog: Catalog, folder: string): void {
  app.get('/datapackage.json', { schema: SCHEMA }, (request, reply) => {
    if (refusesParameters(request, reply)) return;
    const snapshot = catalog.current();
    const etag = etagOf(snapshot.tag);
    const send = (found: DataPackage) => {
      made.set(snapshot, found);
      const body = () => JSON.stringify(found, null, 2);
      sendRepresentation(request, reply, { etag, type: JSON_TYPE, body });
    };
    const known = made.get(snapshot);
    answerAfter(reply, known ?? inSlices(describePackage(folder, snapshot, servedTables(snapshot))), send);
  });
}
