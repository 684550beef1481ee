// The registry of representations: the media types in which rows are answered, and what writes each.

import type { FormatName } from '../query/controls.ts';
import type { Plan } from '../query/plan.ts';
import type { Request } from '../query/request.ts';
import type { Table } from '../table/table.ts';
import { csvWriters } from './csv-writer.ts';
import { htmlRows, ROWS_POLICY } from './html-rows.ts';
import { rowWriter } from './json-writer.ts';
import type { PageLinks } from './page-links.ts';
import type { RowShape, RowWriter } from './row-writer.ts';
import type { RowsWriter } from './stream.ts';
import { HTML_TYPE, JSON_TYPE } from './validators.ts';

/** What a representation may say beside the rows. */
export type Written = Readonly<{
  table: Table;
  /** The table's name. */
  name: string;
  /** The URL of the rows, without a query. */
  url: string;
  request: Request;
  plan: Plan;
  shape: RowShape;
  /** Makes of a writer of JSON objects one that embeds what the plan says. */
  embed: (own: RowWriter) => RowWriter;
  /** How many rows match, and how many of them are answered. */
  total: number;
  count: number;
  links: PageLinks;
}>;

export type RowsRepresentation = Readonly<{
  /** As `_format` names it. */
  name: FormatName;
  /** As `Accept` names it. */
  mediaType: string;
  /** As `Content-Type` names it. */
  contentType: string;
  /** In words, for documentation. */
  describes: string;
  /** Whether a row has a place for others within it. */
  isNested: boolean;
  /** Headers of its own. */
  headers?: (name: string) => Readonly<Record<string, string>>;
  /** Rows in one answer where the request does not say how many; without it all of them. */
  pageSize?: number;
  /** Makes the writer of one row, where it is not that of several. */
  oneWriter?: (written: Written) => RowsWriter;
  /** Makes the writer of one answer. */
  writer: (written: Written) => RowsWriter;
}>;

const BRACKET = 91;
const BRACKET_END = 93;
const COMMA = 44;
const NEWLINE = 10;

/** Every representation; the first is that of clients that take anything. */
export const REPRESENTATIONS = [
  {
    name: 'json',
    mediaType: 'application/json',
    contentType: JSON_TYPE,
    describes: 'an array of objects, their members in column order',
    isNested: true,
    oneWriter: ({ table, shape, embed }) => ({ row: embed(rowWriter(table, shape)) }),
    writer: ({ table, shape, embed }) => ({
      begin: (sink) => sink.byte(BRACKET),
      row: embed(rowWriter(table, shape)),
      between: (sink) => sink.byte(COMMA),
      end: (sink) => sink.byte(BRACKET_END),
    }),
  },
  {
    name: 'ndjson',
    mediaType: 'application/x-ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    describes: 'one object per line, to be read while it arrives',
    isNested: true,
    writer: ({ table, shape, embed }) => {
      const write = embed(rowWriter(table, shape));
      return {
        row: (sink, row) => {
          write(sink, row);
          sink.byte(NEWLINE);
        },
      };
    },
  },
  {
    name: 'csv',
    mediaType: 'text/csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    describes: 'RFC 4180 with a header: the texts of the file, null empty, the empty text `""`',
    isNested: false,
    headers: (name) => ({ 'content-disposition': attachment(`${name}.csv`) }),
    writer: ({ table, shape, plan }) => {
      const { header, row } = csvWriters(table, shape, plan.isSafe);
      return { begin: header, row };
    },
  },
  {
    name: 'html',
    mediaType: 'text/html',
    contentType: HTML_TYPE,
    describes: 'a page for people, 100 rows unless `_limit` says otherwise',
    isNested: false,
    headers: () => ({ 'content-security-policy': ROWS_POLICY }),
    pageSize: 100,
    writer: htmlRows,
  },
] as const satisfies readonly RowsRepresentation[];

/** A file to be kept under a name (RFC 6266): once in ASCII, once as it is. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
