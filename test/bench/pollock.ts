// How well polluted files are read (test/pollock): the score of Rowcast over HTTP, of csv-parse and of PapaParse as
// they come, all with no settings, and the files that Rowcast reads worst.

import { parse } from 'csv-parse/sync';
import { type PollutedFile, pollute } from '../pollock/pollute.ts';
import { readServed } from '../pollock/read-served.ts';
import { type Contents, meanOf, scoreOf } from '../pollock/score.ts';
import { SOURCE } from '../pollock/source.ts';
import { importPeer } from './processes.ts';

/** So many of the worst files are told. */
const WORST = 15;

type Papa = Readonly<{ parse: (text: string) => Readonly<{ data: string[][] }> }>;

export async function* benchPollock(): AsyncGenerator<string> {
  const files = pollute(SOURCE);
  const served = await readServed(files);
  const papa = await importPeer<Papa>('papaparse/papaparse.js');

  const ours = scored(files, ({ name }) => served.get(name) ?? null);
  const readers = {
    Rowcast: ours,
    'csv-parse': scored(files, ({ text }) => linesIn(() => parse(text))),
    PapaParse: scored(files, ({ text }) => linesIn(() => papa.parse(text).data)),
  };
  for (const [reader, scores] of Object.entries(readers)) {
    const { simple, weighted } = meanOf(scores);
    yield `${files.length} polluted files, ${reader}: ${simple.toFixed(3)} simple, ${weighted.toFixed(3)} weighted, of 10`;
  }
  yield `what Rowcast reads worst:`;
  const worst = ours.toSorted((a, b) => a.score.total - b.score.total).slice(0, WORST);
  for (const { name, score } of worst) yield `  ${score.total.toFixed(3)} ${name}`;
}

function scored(files: readonly PollutedFile[], read: (file: PollutedFile) => Contents | null) {
  return files.map((file) => ({
    name: file.name,
    weight: file.weight,
    score: scoreOf(file.truth, read(file)),
  }));
}

/** What a parser makes of a text when nothing is set: lines, of which the first is the header for whoever compares. */
function linesIn(parseText: () => string[][]): Contents | null {
  try {
    return { header: null, records: parseText() };
  } catch {
    return null;
  }
}
