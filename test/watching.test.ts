// Edits of real files, made in every way that people and programs make them, and what is served afterwards.

import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdir,
  open,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { pass, until } from './support/folder.ts';
import { cellsOf, type Followed, followFolder } from './support/ingest.ts';

const csv = (...rows: string[]) => `id,name\n${rows.map((row) => `${row}\n`).join('')}`;

const asRoot = process.getuid?.() === 0;

/** Waits for just these rows. One second after the last change is the promise; a busy machine gets some more. */
const serves = (followed: Followed, name: string, ...rows: string[]) =>
  until(
    () => followed.cells(name)?.map((cells) => cells.join(',')) ?? null,
    (found) => JSON.stringify(found) === JSON.stringify(rows),
    3000,
  );

const withTable = (...rows: string[]) =>
  followFolder(async (folder) => writeFile(folder.at('t.csv'), csv(...rows)));

describe('an edit is served', () => {
  const edits: Record<string, (followed: Followed) => Promise<void>> = {
    'written in place': ({ folder }) => writeFile(folder.at('t.csv'), csv('1,b', '2,c')),
    'two writes 5 ms apart': async ({ folder }) => {
      await writeFile(folder.at('t.csv'), csv('1,x'));
      await pass(5);
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
    },
    'truncated, written 300 ms later': async ({ folder }) => {
      await truncate(folder.at('t.csv'), 0);
      await pass(300);
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
    },
    'written in chunks with pauses': async ({ folder }) => {
      const file = await open(folder.at('t.csv'), 'w');
      for (const chunk of ['id,na', 'me\n1', ',b\n2,', 'c\n']) {
        await file.write(chunk);
        await pass(60);
      }
      await file.close();
    },
    'renamed over': async ({ folder }) => {
      await writeFile(folder.at('new.tmp'), csv('1,b', '2,c'));
      await rename(folder.at('new.tmp'), folder.at('t.csv'));
    },
    'renamed over many times': async ({ folder }) => {
      for (let i = 0; i <= 20; i++) {
        await writeFile(folder.at('new.tmp'), i < 20 ? csv(`1,${i}`) : csv('1,b', '2,c'));
        await rename(folder.at('new.tmp'), folder.at('t.csv'));
      }
    },
    'sed -i': async ({ folder }) => {
      await writeFile(folder.at('t.csv'), csv('1,a', '2,c'));
      execFileSync('sed', ['-i', 's/1,a/1,b/', folder.at('t.csv')]);
    },
    'the way vim does (rename away, write anew)': async ({ folder }) => {
      await rename(folder.at('t.csv'), folder.at('t.csv~'));
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
      await rm(folder.at('t.csv~'));
    },
    'deleted and recreated': async ({ folder }) => {
      await rm(folder.at('t.csv'));
      await pass(20);
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
    },
    'the folder deleted and recreated': async ({ folder }) => {
      await rm(folder.path, { recursive: true });
      await pass(20);
      await mkdir(folder.path);
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
    },
    'the folder swapped by mv': async ({ folder }) => {
      await mkdir(`${folder.path}.new`);
      await writeFile(`${folder.path}.new/t.csv`, csv('1,b', '2,c'));
      await rename(folder.path, `${folder.path}.old`);
      await rename(`${folder.path}.new`, folder.path);
    },
    'appended to': async ({ folder }) => {
      await writeFile(folder.at('t.csv'), csv('1,b'));
      await appendFile(folder.at('t.csv'), '2,c\n');
    },
    'without a final line break': ({ folder }) => writeFile(folder.at('t.csv'), 'id,name\n1,b\n2,c'),
    'copied with an old modification time': async ({ folder }) => {
      await writeFile(folder.at('t.csv'), csv('1,b', '2,c'));
      await utimes(folder.at('t.csv'), 1_000_000_000, 1_000_000_000);
    },
  };
  test.concurrent.each(Object.entries(edits))('%s', async (_name, edit) => {
    await using followed = await withTable('1,a');
    await edit(followed);
    await serves(followed, 't', '1,b', '2,c');
    await pass(700);
    await serves(followed, 't', '1,b', '2,c');
  });
});

describe('around the file', () => {
  test.concurrent('a subfolder is replaced', async () => {
    await using followed = await followFolder(async (folder) => {
      await mkdir(folder.at('sub'));
      await writeFile(folder.at('sub/t.csv'), csv('1,a'));
    });
    await rename(followed.folder.at('sub'), followed.folder.at('.old'));
    await mkdir(followed.folder.at('sub'));
    await writeFile(followed.folder.at('sub/t.csv'), csv('1,b'));
    await serves(followed, 'sub.t', '1,b');
  });

  test.concurrent('a symbolic link is swapped', async () => {
    await using followed = await followFolder(async (folder) => {
      await mkdir(folder.at('.versions'));
      await writeFile(folder.at('.versions/1'), csv('1,a'));
      await writeFile(folder.at('.versions/2'), csv('1,b'));
      await symlink('.versions/1', folder.at('t.csv'));
    });
    await serves(followed, 't', '1,a');
    await symlink('.versions/2', followed.folder.at('next.tmp'));
    await rename(followed.folder.at('next.tmp'), followed.folder.at('t.csv'));
    await serves(followed, 't', '1,b');
  });

  test.concurrent('200 files at once', async () => {
    await using followed = await followFolder();
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => writeFile(followed.folder.at(`t${i}.csv`), csv(`${i},x`))),
    );
    await until(
      () => followed.catalog.current().tables.size,
      (size) => size === 200,
    );
    for (let i = 0; i < 200; i++) await serves(followed, `t${i}`, `${i},x`);
  });

  test.concurrent('5,000 files come and go, each told once', { timeout: 60_000 }, async () => {
    await using followed = await followFolder();
    const make = 'mkdir -p "$1" && for i in $(seq 5000); do echo id > "$1/t$i.csv"; done';
    execFileSync('sh', ['-c', make, '', followed.folder.at('.made')]);
    const size = () => followed.catalog.current().tables.size;
    await rename(followed.folder.at('.made'), followed.folder.at('made'));
    await until(size, (found) => found === 5000, 30_000);
    await rename(followed.folder.at('made'), followed.folder.at('.made'));
    await until(size, (found) => found === 0, 30_000);
    const told = followed.changes.map(({ kind }) => kind);
    expect(told.filter((kind) => kind === 'added')).toHaveLength(5000);
    expect(told.filter((kind) => kind === 'removed')).toHaveLength(5000);
    expect(told).toHaveLength(10_000);
  });

  test.concurrent('a file goes, and its table with it', async () => {
    await using followed = await withTable('1,a');
    await rm(followed.folder.at('t.csv'));
    await until(
      () => followed.cells('t'),
      (cells) => cells === null,
    );
    expect(followed.changes.map(({ kind }) => kind)).toEqual(['added', 'removed']);
  });

  test.concurrent('the folder goes, and comes back', async () => {
    await using followed = await withTable('1,a');
    await rm(followed.folder.path, { recursive: true });
    await until(
      () => followed.catalog.current().tables.size,
      (size) => size === 0,
    );
    await mkdir(followed.folder.path);
    await writeFile(followed.folder.at('t.csv'), csv('1,b'));
    await serves(followed, 't', '1,b');
  });

  test.concurrent('touch says nothing', async () => {
    await using followed = await withTable('1,a');
    const before = followed.catalog.current().tables.get('t');
    for (let i = 0; i < 3; i++) {
      await utimes(followed.folder.at('t.csv'), new Date(), new Date());
      await pass(250);
    }
    await writeFile(followed.folder.at('t.csv'), csv('1,a').replaceAll('\n', '\r\n'));
    await until(
      () => followed.catalog.current().tables.get('t')?.file?.dialect.lineTerminator,
      (terminator) => terminator === '\r\n',
    );
    expect(followed.changes.map(({ kind }) => kind)).toEqual(['added']);
    expect(followed.catalog.current().tables.get('t')?.position).toBe(before?.position);
  });

  test.concurrent('a truncated file keeps its table for two seconds', async () => {
    await using followed = await withTable('1,a');
    await truncate(followed.folder.at('t.csv'), 0);
    await pass(1500);
    await serves(followed, 't', '1,a');
    await serves(followed, 't');
    expect(followed.catalog.current().tables.get('t')?.file?.diagnostics[0]?.code).toBe('empty-file');
  });

  test.concurrent('half a row is never served of a file that arrives with pauses', async () => {
    await using followed = await followFolder();
    const file = await open(followed.folder.at('t.csv'), 'w');
    for (const piece of ['id,name\n1,lo', 'ng\n2,"lo', 'ng"\n3,long\n4', ',long\n5,"long"']) {
      await file.write(piece);
      await pass(250);
    }
    await file.close();
    await until(
      () => followed.cells('t')?.length,
      (length) => length === 5,
    );
    for (const change of followed.changes) {
      expect(change.kind).toMatch(/added|changed/);
      if (change.kind !== 'added' && change.kind !== 'changed') continue;
      expect(change.entry.table && cellsOf(change.entry.table).at(-1)?.[1]).toBe('long');
    }
  });

  test.concurrent('complete rows are served of a file that is written in blocks without a rest', async () => {
    await using followed = await withTable('1,a');
    const file = await open(followed.folder.at('t.csv'), 'a');
    let rows = 0;
    for (let block = 0; block < 40; block++) {
      await file.write(`${block === 0 ? '' : 'ng\n'}${block + 2},lo`);
      await pass(50);
      rows = followed.cells('t')?.length ?? 0;
    }
    await file.close();
    expect(rows).toBeGreaterThan(5);
  });

  test.concurrent('half a row is never served while a file grows', async () => {
    await using followed = await withTable('1,a');
    const file = await open(followed.folder.at('t.csv'), 'a');
    for (let id = 2; id < 12; id++) {
      await file.write(`${id},lon`);
      await pass(80);
      await file.write('g\n');
      await pass(80);
    }
    await file.close();
    await until(
      () => followed.cells('t')?.length,
      (length) => length === 11,
    );
    const told = followed.changes.flatMap((change) =>
      change.kind === 'changed' ? [change.entry.table] : [],
    );
    for (const table of told) expect(cellsOf(table).at(-1)?.[1]).toBe('long');
  });
});

describe('a file that turns bad', () => {
  const damages: Record<string, [(followed: Followed) => Promise<void>, string]> = {
    'ends inside a quote': [
      ({ folder }) => writeFile(folder.at('t.csv'), 'id,name\n1,"b\n2,c\n'),
      'unclosed-quote',
    ],
    'is a PNG': [({ folder }) => writeFile(folder.at('t.csv'), '\x89PNG\r\n\x1a\n', 'latin1'), 'not-a-table'],
    'has NUL bytes': [({ folder }) => writeFile(folder.at('t.csv'), 'id,name\n1,\0\0\n'), 'not-a-table'],
  };
  test.concurrent.each(Object.entries(damages))(
    '%s: its last good table stays',
    async (_name, [damage, code]) => {
      await using followed = await withTable('1,a');
      await damage(followed);
      const entry = await until(
        () => followed.catalog.current().tables.get('t'),
        (found) => found?.state === 'stale',
      );
      expect(entry?.rejection?.code).toBe(code);
      expect(entry?.rejection?.reason).toMatch(/\w+.*\.$/);
      await serves(followed, 't', '1,a');
      await writeFile(followed.folder.at('t.csv'), csv('1,b'));
      await serves(followed, 't', '1,b');
      expect(followed.catalog.current().tables.get('t')?.state).toBe('ok');
      expect(followed.changes.map(({ kind }) => kind)).toEqual(['added', 'rejected', 'recovered', 'changed']);
    },
  );

  test.skipIf(asRoot)('is made unreadable, and readable again (not as root)', async () => {
    await using followed = await withTable('1,a');
    await chmod(followed.folder.at('t.csv'), 0);
    await until(
      () => followed.catalog.current().tables.get('t')?.state,
      (state) => state === 'stale',
    );
    await chmod(followed.folder.at('t.csv'), 0o644);
    await until(
      () => followed.catalog.current().tables.get('t')?.state,
      (state) => state === 'ok',
    );
    expect(followed.changes.map(({ kind }) => kind)).toEqual(['added', 'rejected', 'recovered']);
  });

  test.concurrent('never was good: a file that ends inside a quote is mended', async () => {
    await using followed = await followFolder((folder) =>
      writeFile(folder.at('t.csv'), 'id,name\n1,"b\n2,c\n'),
    );
    await serves(followed, 't', '1,"b', '2,c');
    const file = followed.catalog.current().tables.get('t')?.file;
    expect(file?.diagnostics).toMatchObject([{ line: 2, code: 'unclosed-quote' }]);
  });
});
