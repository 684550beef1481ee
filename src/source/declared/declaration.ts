// What a person declared about one file, wherever it was written.

import type { DeclaredSchema } from '../../table/declared/declared-field.ts';
import type { DeclaredDialect } from '../dialect/layout.ts';

/** The declaration in force for one file. */
export type Declaration = DeclaredSchema &
  Readonly<{
    /** The file that says so, relative to the data folder: `datapackage.json`, `2024/sales.csv-metadata.json`. */
    origin: string;
    /** Changes when what is said of this file changes. */
    identity: string;
    title?: string;
    description?: string;
    /** An encoding's name, as written. */
    encoding: string | null;
    /** What is declared of how the file is written; the rest is found. */
    dialect: DeclaredDialect | null;
    /** What it says that Rowcast does not do, in sentences: each is a diagnostic of the table. */
    notes: readonly string[];
  }>;

/** A Data Package. */
export const PACKAGE_NAME = 'datapackage.json';
/** What CSVW puts behind the name of the file that it is about. */
export const CSVW_SUFFIX = '-metadata.json';
/** CSVW of all tables of a folder. */
const CSVW_NAME = 'csv-metadata.json';

/** Whether a declaration file speaks of the files of its folder, and not of the one beside it. */
export function isOfFolder(path: string): boolean {
  return [PACKAGE_NAME, CSVW_NAME].includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a file's name says that it declares something about others. */
export function isDeclarationFileName(name: string): boolean {
  return isOfFolder(name) || /^[^.#~].*\.(?:csv|tsv)-metadata\.json$/i.test(name);
}
