// Selected rows in a representation's words → whole when they are few, else a stream that is made as fast as it is read.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rowAt, type Selection } from '../query/execute.ts';
import { ByteSink } from './byte-sink.ts';
import type { RowWriter } from './row-writer.ts';

/** Bytes that are made at once; a document that fits is sent at once, with its length. */
const CHUNK = 64 * 1024;

/** How a representation writes rows: what comes before, between and behind them, and each of them. */
export type RowsWriter = Readonly<{
  begin?: (sink: ByteSink) => void;
  row: RowWriter;
  between?: (sink: ByteSink) => void;
  end?: (sink: ByteSink) => void;
}>;

/** Where documents are begun; one that does not fit goes on elsewhere. */
const scratch = new ByteSink(CHUNK);

/**
 * A small document is there whole, with its length; of a large one memory holds a few chunks at a time, whatever its
 * size.
 */
export function writeRows(writer: RowsWriter, selection: Selection): string | Buffer | Readable {
  const fill = filler(writer, selection);
  if (fill(scratch)) return scratch.takeWhole();
  return Readable.from(chunks(scratch.take(), fill), { objectMode: false, highWaterMark: CHUNK });
}

/** Writes rows until a chunk is full, and tells whether the document is complete. */
type Filler = (sink: ByteSink) => boolean;

/** Between two chunks, everybody else has a turn. */
async function* chunks(first: Buffer, fill: Filler): AsyncGenerator<Buffer> {
  yield first;
  const sink = new ByteSink(CHUNK);
  for (let isComplete = false; !isComplete; ) {
    await nextTurn();
    isComplete = fill(sink);
    yield sink.take();
  }
}

function filler({ begin, row, between, end }: RowsWriter, selection: Selection): Filler {
  let place = 0;
  return (sink) => {
    if (place === 0) begin?.(sink);
    while (place < selection.count && sink.used < CHUNK) {
      if (place > 0) between?.(sink);
      row(sink, rowAt(selection, place++));
    }
    if (place < selection.count) return false;
    end?.(sink);
    return true;
  };
}
