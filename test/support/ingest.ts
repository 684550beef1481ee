// A catalog that follows a real folder, with everything that it told and served.

import { mkdir } from 'node:fs/promises';
import { type Catalog, type Change, createCatalog } from '../../src/catalog.ts';
import { startIngest } from '../../src/source/ingest.ts';
import { type Column, physicalText } from '../../src/table/column.ts';
import type { Table } from '../../src/table/table.ts';
import { type TemporaryFolder, temporaryFolder } from './folder.ts';

export type Followed = AsyncDisposable &
  Readonly<{
    folder: TemporaryFolder;
    catalog: Catalog;
    changes: readonly Change[];
    /** The texts of all cells of a table, null where there is none. */
    cells: (name: string) => (string | null)[][] | null;
  }>;

export function cellsOf(table: Table): (string | null)[][] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    table.columns.map((column: Column) => physicalText(column, row)),
  );
}

/** @param prepare fills the folder before the first scan */
export async function followFolder(prepare?: (folder: TemporaryFolder) => Promise<void>): Promise<Followed> {
  const folder = await temporaryFolder();
  await mkdir(folder.path);
  await prepare?.(folder);
  const catalog = createCatalog('test');
  const changes: Change[] = [];
  catalog.subscribe((change) => changes.push(change));
  const ingest = startIngest({ folder: folder.path, catalog });
  await ingest.whenScanned;
  return {
    folder,
    catalog,
    changes,
    cells(name) {
      const table = catalog.current().tables.get(name)?.table;
      return table == null ? null : cellsOf(table);
    },
    async [Symbol.asyncDispose]() {
      await ingest.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
