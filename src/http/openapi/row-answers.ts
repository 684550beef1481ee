// A row's schema → the answers of rows in every representation.
import { REPRESENTATIONS } from '../representations.ts';
import { headerRefs, type OtherStatus, otherResponses } from './components.ts';

const JSON_MEDIA = 'application/json';
/** A page for people holds no data for programs: it is told of in words. */
const PAGE_MEDIA = 'text/html';

/** What is answered. */
export type Answered = Readonly<{
  /** The schema of a row. */
  row: object;
  /** Rows to show, or none. */
  rows: readonly object[];
}>;

/** The 200 of many rows, and what may be answered instead. */
export function manyRows({ row, rows }: Answered, ...others: readonly OtherStatus[]): object {
  const schema = { type: 'array', items: row };
  return {
    200: {
      description: 'The rows that match.',
      headers: headerRefs('ETag', 'X-Total-Count', 'Link', 'Table-Version', 'Table-Position'),
      content: content(schema, rows.length > 0 ? rows : undefined),
    },
    ...otherResponses(...others),
  };
}

/** The 200 of one row, and what may be answered instead. */
export function oneRow({ row, rows }: Answered, ...others: readonly OtherStatus[]): object {
  return {
    200: {
      description: 'The row.',
      headers: headerRefs('ETag', 'Table-Version', 'Table-Position'),
      content: content(row, rows[0]),
    },
    ...otherResponses(...others),
  };
}

/**
 * The media types that carry rows, each with the schema of the rows that it carries, however they are written: so the
 * type of an answer that is generated from it is that of rows, and nothing else.
 */
function content(schema: object, example: object | undefined): object {
  return Object.fromEntries(
    REPRESENTATIONS.filter(({ mediaType }) => mediaType !== PAGE_MEDIA).map(({ mediaType }) => [
      mediaType,
      { schema, ...(example && mediaType === JSON_MEDIA ? { example } : {}) },
    ]),
  );
}
