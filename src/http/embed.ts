// The names behind `_embed` and a table's relations → what is written into each row: its parent, or its children.

import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { rowAt, type Selection } from '../query/execute.ts';
import { type Links, linkRows, type Postings, postingsOf, type Steps } from '../query/links.ts';
import type { Relation } from '../query/relations.ts';
import type { Table } from '../table/table.ts';
import { type Constant, constantOf } from './json-bytes.ts';
import type { ServedEntry } from './lookup.ts';
import type { RowWriter } from './row-writer.ts';
import { inSlices } from './slices.ts';

/** So many relations are embedded at once. */
export const MOST_EMBEDS = 8;
/** So many rows are embedded in all rows of an answer together, and in any one of them. */
export const MOST_EMBEDDED_ROWS = 100_000;
export const MOST_EMBEDDED_IN_ONE = 10_000;

/** What a request embeds. */
export type Embeds = Readonly<{
  /** The versions of the tables that are read beside the rows' own, and how they are related. */
  versions: readonly string[];
  /** Makes what is not there yet; to be awaited before the members below are called. */
  ready: () => Promise<void> | undefined;
  /** Why a selection's rows cannot be answered so: too much would be embedded. */
  problem: (selection: Selection) => Problem | null;
  /**
   * Makes of the rows' own writer one that embeds.
   * @param writerOf makes the writer of another table's rows
   */
  writer: (own: RowWriter, writerOf: (table: Table) => RowWriter) => RowWriter;
}>;

/** Where the rows to embed are found. */
type Embed = { readonly relation: Relation; readonly other: Table; source: Source | null };
type Source = Readonly<{ kind: 'parent'; links: Links }> | Readonly<{ kind: 'children'; postings: Postings }>;

/** @param names of relations of this table, as the plan has them */
export function prepareEmbeds(
  snapshot: Snapshot,
  { table }: ServedEntry,
  relations: readonly Relation[],
  names: readonly string[],
): Embeds {
  const embeds: Embed[] = [...new Set(names)].map((name) => {
    const relation = relations.find((each) => each.name === name) as Relation;
    return { relation, other: snapshot.tables.get(relation.table)?.table as Table, source: null };
  });
  return Object.freeze({
    versions: embeds.flatMap(({ relation, other }) => {
      const { kind, name, table: from, columns, otherColumns } = relation;
      return [other.version, JSON.stringify([kind, name, from, columns, otherColumns])];
    }),
    ready() {
      const done = inSlices(findSources(table, embeds));
      return done instanceof Promise ? done : undefined;
    },
    problem: (selection: Selection) => tooMuch(embeds, selection),
    writer: (own: RowWriter, writerOf: (table: Table) => RowWriter) => {
      if (embeds.length === 0) return own;
      return embeddingWriter(
        own,
        embeds.map(({ relation, other, source }) => ({
          name: constantOf(`${JSON.stringify(relation.name)}:`),
          write: valueWriter(source as Source, writerOf(other)),
        })),
      );
    },
  });
}

/** The problem of embedding where a row is one flat line. */
export function cannotEmbed(mediaType: string): Problem {
  const message = `${mediaType} has no place for rows within rows: leave _embed out, or take JSON or NDJSON.`;
  const fault = { parameter: '_embed', code: 'excluded', message };
  return { code: 'invalid-query', detail: message, errors: [fault] };
}

function* findSources(table: Table, embeds: readonly Embed[]): Steps<void> {
  for (const embed of embeds) {
    const { relation, other } = embed;
    const { columns, otherColumns } = relation;
    const isWhole = !relation.isDeclared;
    if (relation.kind === 'parent') {
      const links = (yield* linkRows(table, relation, other, isWhole)) as Links;
      embed.source = { kind: 'parent', links };
      continue;
    }
    const link = { columns: otherColumns, otherColumns: columns };
    const links = (yield* linkRows(other, link, table, isWhole)) as Links;
    embed.source = { kind: 'children', postings: yield* postingsOf(links, table.rowCount) };
  }
}

function countOf(source: Source, row: number): number {
  if (source.kind === 'parent') return source.links.targets[row] === -1 ? 0 : 1;
  const { starts } = source.postings;
  return (starts[row + 1] as number) - (starts[row] as number);
}

function tooMuch(embeds: readonly Embed[], selection: Selection): Problem | null {
  if (embeds.length > MOST_EMBEDS) return refusal(`_embed takes at most ${MOST_EMBEDS} names.`);
  let total = 0;
  for (let place = 0; place < selection.count; place++) {
    for (const { relation, source } of embeds) {
      const count = countOf(source as Source, rowAt(selection, place));
      total += count;
      if (count > MOST_EMBEDDED_IN_ONE) {
        const { name } = relation;
        return refusal(
          `A row has ${count} rows of ${JSON.stringify(name)}, and at most ${MOST_EMBEDDED_IN_ONE} are embedded in one. Read them apart, at the url that /tables/{table} gives for ${JSON.stringify(name)}.`,
        );
      }
    }
    if (total > MOST_EMBEDDED_ROWS) {
      return refusal(
        `More than ${MOST_EMBEDDED_ROWS} rows would be embedded in the ${selection.count} rows of this answer. Ask for fewer, with _limit=${Math.max(1, place)} for example.`,
      );
    }
  }
  return null;
}

function refusal(message: string): Problem {
  const errors = [{ parameter: '_embed', code: 'too-much', message }];
  return { code: 'invalid-query', detail: message, errors };
}

const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const NULL = constantOf('null');

type Member = Readonly<{ name: Constant; write: RowWriter }>;

/** Opens each row again and puts members behind its own. */
function embeddingWriter(own: RowWriter, members: readonly Member[]): RowWriter {
  return (sink, row) => {
    own(sink, row);
    sink.used--;
    let isFirst = sink.view.getUint8(sink.used - 1) === OPEN_OBJECT;
    for (const { name, write } of members) {
      if (!isFirst) sink.byte(COMMA);
      isFirst = false;
      sink.constant(name);
      write(sink, row);
    }
    sink.byte(CLOSE_OBJECT);
  };
}

/** Writes what a row embeds of one relation: an object or null, or an array. */
function valueWriter(source: Source, write: RowWriter): RowWriter {
  if (source.kind === 'parent') {
    const { targets } = source.links;
    return (sink, row) => {
      const target = targets[row] as number;
      if (target === -1) sink.constant(NULL);
      else write(sink, target);
    };
  }
  const { starts, rows } = source.postings;
  return (sink, row) => {
    sink.byte(OPEN_ARRAY);
    const start = starts[row] as number;
    const end = starts[row + 1] as number;
    for (let at = start; at < end; at++) {
      if (at > start) sink.byte(COMMA);
      write(sink, rows[at] as number);
    }
    sink.byte(CLOSE_ARRAY);
  };
}
