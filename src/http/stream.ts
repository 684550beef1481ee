// Selected rows → a JSON array: one text when it is small, else a stream that is written as fast as it is read.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rowAt, type Selection } from '../query/execute.ts';
import type { Table } from '../table/table.ts';
import { ByteSink } from './byte-sink.ts';
import { rowWriter } from './json-writer.ts';

/** Bytes that are made at once; an array that fits is sent at once, with its length. */
const CHUNK = 64 * 1024;

const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;

/** Where arrays are begun; one that does not fit goes on elsewhere. */
const scratch = new ByteSink(CHUNK);

/**
 * A JSON array of rows. A small one is a string, which Node sends in one write with the headers; of a large one memory
 * holds a few chunks at a time, whatever its size.
 */
export function jsonArray(table: Table, selection: Selection): string | Readable {
  const fill = arrayFiller(table, selection);
  if (fill(scratch)) return scratch.text();
  return Readable.from(chunks(scratch.take(), fill), { objectMode: false, highWaterMark: CHUNK });
}

/** Writes rows until a chunk is full, and tells whether the array is complete. */
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

function arrayFiller(table: Table, selection: Selection): Filler {
  const write = rowWriter(table);
  let place = 0;
  return (sink) => {
    if (place === 0) sink.byte(OPEN);
    while (place < selection.count && sink.used < CHUNK) {
      if (place > 0) sink.byte(COMMA);
      write(sink, rowAt(selection, place++));
    }
    if (place < selection.count) return false;
    sink.byte(CLOSE);
    return true;
  };
}
