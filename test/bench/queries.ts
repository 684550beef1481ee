// Questions to 1,000,000 rows with values that change each request: against DuckDB in a Fastify handler. The same to
// 10,000 rows against json-server. A repeated question against bare Fastify sending the same bytes.

import { bigTableFolder, smallTableFolder } from './big-table.ts';
import { startBareFastify, startDuckDb, startJsonServer, startRowcast } from './processes.ts';
import { compareRates, type Question } from './rate.ts';

const EFFORT = { rounds: 3, seconds: 3, connections: 8 };

const sql = (text: string, values: readonly (string | number)[]) =>
  `/ask?sql=${encodeURIComponent(text)}&values=${encodeURIComponent(JSON.stringify(values))}`;
const STATS =
  'SELECT count(quantity), count(*) - count(quantity), count(DISTINCT quantity), min(quantity), max(quantity), avg(quantity), sum(quantity), quantile_cont(quantity, [0.05, 0.25, 0.5, 0.75, 0.95]), histogram(quantity // 10) FROM big';
const customer = (random: () => number) => `customer ${Math.floor(random() * 50_000)}`;
/** A condition that hardly ever comes twice, so that no answer is a kept one. */
const least = (random: () => number) => Number((random() * 500).toFixed(2));
const COLUMNS = 'id,customer,country,city,amount,quantity,paid,ordered,shipped_at,note';

/** Each question to Rowcast, and the same one in SQL. */
const TO_DUCKDB: Readonly<Record<string, readonly [Question, Question]>> = {
  'rows of one customer, sorted': [
    (random) =>
      `/api/big?customer=${encodeURIComponent(customer(random))}&amount__gt=${least(random)}&_sort=-amount&_limit=100`,
    (random) =>
      sql(`SELECT ${COLUMNS} FROM big WHERE customer = $1 AND amount > $2 ORDER BY amount DESC LIMIT 100`, [
        customer(random),
        least(random),
      ]),
  ],
  'a page of a country, sorted': [
    (random) => `/api/big?country=Spain&amount__gt=${least(random)}&_sort=amount&_limit=100`,
    (random) =>
      sql(`SELECT ${COLUMNS} FROM big WHERE country = 'Spain' AND amount > $1 ORDER BY amount LIMIT 100`, [
        least(random),
      ]),
  ],
  'facet of a part': [
    (random) => `/api/big?amount__gt=${least(random)}&_facet=country`,
    (random) =>
      sql('SELECT country, count(*) AS n FROM big WHERE amount > $1 GROUP BY country ORDER BY n DESC', [
        least(random),
      ]),
  ],
  'stats of a part': [
    (random) => `/api/big?amount__gt=${least(random)}&_stats=quantity`,
    (random) => sql(`${STATS} WHERE amount > $1`, [least(random)]),
  ],
  'groups of a part': [
    (random) =>
      `/api/big?amount__gt=${least(random)}&_group=country,city&_agg=${encodeURIComponent('sum(amount),count()')}`,
    (random) =>
      sql(
        'SELECT country, city, sum(amount), count(*) FROM big WHERE amount > $1 GROUP BY ALL ORDER BY ALL',
        [least(random)],
      ),
  ],
};

const REPEATED: Question = () => '/api/big?country=Spain&_sort=-amount&_limit=100';
const OF_SMALL: Question = (random) =>
  `/api/small?country=Spain&amount:gt=${least(random)}&_sort=-amount&_page=1&_per_page=100`;
const OF_SMALL_THERE: Question = (random) => OF_SMALL(random).replace('/api', '');

const line = (name: string, peer: string, rates: Readonly<{ ours: number; peer: number; ratio: number }>) =>
  `${name}: ${rates.ours.toFixed(0)}/s, ${peer} ${rates.peer.toFixed(0)}/s, ratio ${rates.ratio.toFixed(2)}`;

export async function* benchQueries(): AsyncGenerator<string> {
  const folder = await bigTableFolder();
  await using rowcast = await startRowcast(folder);
  {
    await using duckdb = await startDuckDb(`${folder}/big.csv`);
    for (const [name, [question, sqlQuestion]] of Object.entries(TO_DUCKDB)) {
      // The first time makes what depends on the version alone; the rounds measure what changes.
      await (await fetch(rowcast.url + question(Math.random))).arrayBuffer();
      yield line(name, 'DuckDB', await compareRates([rowcast, question], [duckdb, sqlQuestion], EFFORT));
    }
  }
  const body = await (await fetch(rowcast.url + REPEATED(Math.random))).text();
  await using bare = await startBareFastify(body);
  const effort = { ...EFFORT, connections: 32 };
  yield line(
    'a repeated query',
    'bare Fastify',
    await compareRates([rowcast, REPEATED], [bare, REPEATED], effort),
  );

  const small = await smallTableFolder();
  await using rowcastSmall = await startRowcast(small.folder);
  await using jsonServer = await startJsonServer(small.database);
  const rates = await compareRates([rowcastSmall, OF_SMALL], [jsonServer, OF_SMALL_THERE], EFFORT);
  yield line('a sorted page of 10,000 rows', 'json-server', rates);
}
