// What a program asks of the client, and what it is given.

/** The value of a row's key field; in a table without one the row's number from 1. */
export type Key = string | number | boolean | null;

/** What a subscription is about. */
export type Wish = Readonly<{
  /** A table's name. */
  table: string;
  /** Which rows: the tree of conditions that `_where` takes. */
  where?: object;
  /** Which rows: the query of a URL, `region=Coast&height__gt=5`; instead of `where`. */
  query?: string;
  /** The fields that rows have, and whose changes count; all of them without it. */
  fields?: readonly string[];
}>;

/** How the connection is held. Times are in milliseconds. */
export type Holding = Readonly<{
  signal?: AbortSignal;
  /** Silence after which the server is asked whether it is there: 10 000. */
  idleMs?: number;
  /** How long it has to answer, or to take a connection, before there is another connection: 5 000. */
  answerMs?: number;
  /** The WebSocket to use where there is no global one. */
  WebSocket?: typeof WebSocket;
}>;

export type FollowOptions = Wish &
  Holding &
  Readonly<{
    /** A table's name, or `*`: all tables. */
    table: string;
    /** The events to be told, `changed` for example; all of them without it. */
    events?: readonly EventName[];
    /** From where on: a position, or for `*` positions by table; for `*` a single one, if all before it was read. From now on without it. */
    since?: string | Readonly<Record<string, string>>;
    /** Begins with the rows, and reads them again whenever the changes alone no longer tell them. */
    snapshot?: boolean;
    /** How much JSON, in characters, may wait for a slow loop before the connection is given up: 1 000 000. */
    buffer?: number;
  }>;

export type LiveOptions<Row = Cells> = Wish &
  Holding &
  Readonly<{
    /** Called after each change, when `rows` have it. */
    onChange?: (change: Change<Row>) => void;
  }>;

/** A row of which nothing is known. */
export type Cells = Readonly<Record<string, string | number | boolean | null>>;

/** One row's part in a `changed` event: `row` is the new row; in a delete the old one. */
export type RowChange<Row = Cells> = Readonly<
  | { op: 'insert' | 'delete' | 'enter' | 'leave'; key: Key | readonly Key[]; row: Row }
  | { op: 'update'; key: Key | readonly Key[]; row: Row; changed: readonly string[] }
>;

/** The rows of one version, all of them: what was told before no longer counts. */
export type Snapshot<Row = Cells> = Told<'snapshot'> &
  Readonly<{
    version: string;
    rows: readonly Row[];
    /** The key of each of the rows. */
    keys: readonly (Key | readonly Key[])[];
    /** The key's fields; none where it is the row's number. */
    primaryKey: readonly string[];
  }>;

/** Events were missed, and the server no longer has them: read the table again. */
export type Lost = Told<'lost'> & Readonly<{ reason: 'evicted' | 'unknown' | 'removed' }>;

/** The data of each event, by the event's name. */
export type EventData<Row = Cells> = {
  added: { version: string; rows: number };
  changed: {
    version: string;
    previous: string;
    rows: number;
    counts: Readonly<{
      inserted: number;
      updated: number;
      deleted: number;
      entered?: number;
      left?: number;
    }>;
    /** Missing where `truncated` says so: read the table again. */
    changes?: readonly RowChange<Row>[];
    truncated?: true;
    reason?: 'key' | 'schema' | 'size';
    /** The same rows in another order. */
    reordered?: true;
  };
  removed: { previous: string };
  schemaChanged: { schema: object; previousSchema: object };
  rejected: { path: string; code: string; reason: string; line?: number };
  recovered: { version: string };
};
export type EventName = keyof EventData;

/** A CloudEvent. */
export type FeedEvent<Row = Cells> = {
  [Name in EventName]: Told<Name> &
    Readonly<{
      id: string;
      source: string;
      type: `rowcast.table.${Name}`;
      subject: string;
      time: string;
      data: Readonly<EventData<Row>[Name]> & Readonly<{ table: string }>;
    }>;
}[EventName];

/** What `follow` tells, by `kind`. */
export type Change<Row = Cells> = Snapshot<Row> | Lost | FeedEvent<Row>;

type Told<Kind extends string> = Readonly<{
  kind: Kind;
  table: string;
  /** Where the table stands after this, for `since`; null: it is gone, and where it stood is not known. */
  position: string | null;
}>;

/** Rows that are always those of the server. */
export type Live<Row = Cells> = AsyncIterable<ReadonlyMap<Key, Row>> &
  Readonly<{
    /** By key, always the same Map. A key of several fields is the JSON text of its values. */
    rows: ReadonlyMap<Key, Row>;
    /** Where the table stands that `rows` show; null: nowhere yet. */
    position: string | null;
    /** Kept once the first rows are there. */
    ready: Promise<void>;
    /** Kept at the end: after `close`, or broken by what ended it. */
    closed: Promise<void>;
    close: () => void;
  }>;

/** The server refused the subscription. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  /** A name from the server's list of problems: `unknown-table`, `invalid-query`… */
  declare readonly code: string;
  /** What was probably meant. */
  declare readonly nearest?: string;
}
