// A declaration file's JSON, and that of the files it refers to → what it declares, or what is wrong with it.

import { readCsvw } from './csvw-read.ts';
import { PACKAGE_NAME } from './declaration.ts';
import type { Content } from './declarations.ts';
import { faultAt, pointerTo } from './declared-words.ts';
import { readPackage, resolveLocal, type Understood } from './package-read.ts';

/** A member that may be the path of another JSON file. */
type Place = Readonly<{ pointer: string; holder: Record<string, unknown>; member: string; path: string }>;

/** The JSON files that a declaration file refers to, relative to the data folder. */
export function referencesIn(origin: string, json: unknown): readonly string[] {
  const paths = placesIn(origin, json).map(({ path }) => resolveLocal(folderOf(origin), path));
  return [...new Set(paths.filter((path) => path !== null))];
}

/**
 * Reads a declaration file.
 * @param origin its path, relative to the data folder
 * @param contents of the files that it refers to
 */
export function readDeclarationFile(
  origin: string,
  json: unknown,
  contents: ReadonlyMap<string, Content>,
): Understood {
  const isWhole = placesIn(origin, json).length === 0;
  const whole = isWhole ? json : structuredClone(json);
  const faults = placesIn(origin, whole).flatMap(({ pointer, holder, member, path }) => {
    const content = contents.get(resolveLocal(folderOf(origin), path) ?? '');
    if (content?.kind === 'json') holder[member] = content.json;
    const expected = `the path of a JSON file below the folder of ${origin}`;
    if (content === undefined) return [faultAt(pointer, path, expected)];
    return content.kind === 'json'
      ? []
      : [faultAt(pointer, path, `${expected}. ${content.reason.replace(/\.$/, '')}`)];
  });
  if (faults.length > 0) return { kind: 'faulty', faults };
  return isPackage(origin) ? readPackage(origin, whole) : readCsvw(origin, whole);
}

function placesIn(origin: string, json: unknown): Place[] {
  if (!isObject(json)) return [];
  const list = isPackage(origin) ? 'resources' : 'tables';
  const members = isPackage(origin) ? ['schema', 'dialect'] : ['tableSchema', 'dialect'];
  const entries = Array.isArray(json[list]) ? (json[list] as unknown[]) : [];
  const holders = [
    ...(isPackage(origin) ? [] : [{ at: '', holder: json as unknown }]),
    ...entries.map((holder, index) => ({ at: pointerTo(list, index), holder })),
  ];
  return holders.flatMap(({ at, holder }) => {
    if (!isObject(holder)) return [];
    return members.flatMap((member) => {
      const path = holder[member];
      return typeof path === 'string' ? [{ pointer: at + pointerTo(member), holder, member, path }] : [];
    });
  });
}

function isPackage(origin: string): boolean {
  return origin === PACKAGE_NAME || origin.endsWith(`/${PACKAGE_NAME}`);
}

function folderOf(origin: string): string {
  return origin.slice(0, origin.lastIndexOf('/') + 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
