// A parsed `datapackage.json` → what it declares of each file, or what is wrong with it.

import { createHash } from 'node:crypto';
import { isTableFileName, tableName } from '../table-files.ts';
import type { Declaration } from './declaration.ts';
import { senseFaults } from './declared-sense.ts';
import { type Fault, faultAt, faultFinder, pointerTo, tellNames } from './declared-words.ts';
import { fieldNotes } from './field-notes.ts';
import { whyLeftOut } from './left-out.ts';
import { type GivenDialect, readDialect } from './package-dialect.ts';
import { type GivenSchema, NO_SCHEMA, readSchema } from './package-fields.ts';
import { PACKAGE } from './package-schema.ts';

/** What one declaration file says of which files (paths relative to the data folder), or what is wrong with it. */
export type Understood =
  | Readonly<{ kind: 'understood'; about: ReadonlyMap<string, Declaration>; notes: readonly string[] }>
  | Readonly<{ kind: 'faulty'; faults: readonly Fault[] }>;

type GivenResource = Readonly<{
  name?: string;
  path?: string | readonly string[];
  data?: unknown;
  title?: string;
  description?: string;
  encoding?: string;
  dialect?: GivenDialect;
  schema?: GivenSchema;
}>;

let findFaults: ReturnType<typeof faultFinder> | null = null;

/**
 * @param origin the file's path, relative to the data folder
 * @param json its content, paths of other JSON files replaced by what is in them
 */
export function readPackage(origin: string, json: unknown): Understood {
  findFaults ??= faultFinder(PACKAGE);
  const faults = [...findFaults(json)];
  if (faults.length > 0) return { kind: 'faulty', faults };
  const { resources } = json as { resources: readonly GivenResource[] };
  const folder = origin.slice(0, origin.lastIndexOf('/') + 1);
  const paths = resources.map((resource) => localPath(folder, resource.path));
  const tables = new Map(resources.map(({ name }, index) => [name, paths[index]] as const));
  const about = new Map<string, Declaration>();
  const notes: string[] = [];
  for (const [index, resource] of resources.entries()) {
    const path = paths[index] as string | null;
    const at = pointerTo('resources', index);
    if (path === null) {
      notes.push(`${at} is left out: ${whyLeftOut(resource)}`);
      continue;
    }
    const unknown: string[] = [];
    const tableOf = (name: string) => {
      if (name === '' || name === resource.name) return '';
      const there = tables.get(name);
      if (there === undefined) unknown.push(name);
      return typeof there === 'string' ? tableName(there) : name;
    };
    const declaration = declare(origin, resource, tableOf);
    faults.push(...senseFaults(declaration, `${at}/schema`));
    for (const name of unknown)
      faults.push(
        faultAt(`${at}/schema/foreignKeys`, name, `the name of a resource (${tellNames(tables.keys())})`),
      );
    if (about.has(path)) faults.push(faultAt(`${at}/path`, path, 'a file that no other resource has'));
    about.set(path, declaration);
  }
  return faults.length > 0 ? { kind: 'faulty', faults } : { kind: 'understood', about, notes };
}

function declare(origin: string, resource: GivenResource, tableOf: (name: string) => string): Declaration {
  const { title, description, encoding = null } = resource;
  const schema = resource.schema === undefined ? NO_SCHEMA : readSchema(resource.schema, tableOf);
  const { dialect, nullSequence, notes } = readDialect(resource.dialect ?? {});
  return finishDeclaration({
    origin,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    encoding,
    dialect,
    ...schema,
    missingValues:
      nullSequence === null ? schema.missingValues : [...(schema.missingValues ?? ['']), nullSequence],
    notes: [...notes, ...fieldNotes(resource.schema ?? {})],
  });
}

/** Names what is said, so that a file is read again only when something else is said of it. */
export function finishDeclaration(said: Omit<Declaration, 'identity'>): Declaration {
  const identity = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
  return Object.freeze({ ...said, identity });
}

/** The path of a resource, relative to the data folder; null when it is not one table's file below its folder. */
export function localPath(folder: string, given: GivenResource['path']): string | null {
  const path =
    typeof given === 'string' || given === undefined ? given : given.length === 1 ? given[0] : undefined;
  const local = path === undefined ? null : resolveLocal(folder, path);
  return local !== null && isTableFileName(local.slice(local.lastIndexOf('/') + 1)) ? local : null;
}

/** A relative path that does not leave its folder, resolved; null for others and for URLs. */
export function resolveLocal(folder: string, path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const isLocal = !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(path) && !parts.includes('..') && parts.length > 0;
  return isLocal ? (folder + parts.join('/')).normalize('NFC') : null;
}
