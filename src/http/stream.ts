// Selected rows → a JSON array: one text when it is small, else a stream that is written as fast as it is read.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rowAt, type Selection } from '../query/execute.ts';
import type { Table } from '../table/table.ts';
import { ByteSink } from './byte-sink.ts';
import { rowWriter } from './json-writer.ts';

/** Bytes that are made at once; an array that fits is sent at once, with its length. */
const CHUNK = 64 * 1024;
/** What is supposed of a row's size, to begin with. */
const USUAL_ROW = 256;

const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;

/**
 * A JSON array of rows. A small one is a string, which Node sends in one write with the headers; of a large one memory
 * holds a few chunks at a time, whatever its size.
 */
export function jsonArray(table: Table, selection: Selection): string | Readable {
  const sink = new ByteSink(Math.min(CHUNK, 64 + selection.count * USUAL_ROW));
  const fill = arrayFiller(table, selection, sink);
  if (fill()) return sink.take().toString();
  return Readable.from(chunks(sink, fill), { objectMode: false, highWaterMark: CHUNK });
}

/** Between two chunks, everybody else has a turn. */
async function* chunks(sink: ByteSink, fill: () => boolean): AsyncGenerator<Buffer> {
  for (let isComplete = false; ; isComplete = fill()) {
    yield sink.take();
    if (isComplete) return;
    await nextTurn();
  }
}

/** @returns a function that writes rows until a chunk is full, and tells whether the array is complete */
function arrayFiller(table: Table, selection: Selection, sink: ByteSink): () => boolean {
  const write = rowWriter(table);
  let place = 0;
  return () => {
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
