// The peer of the query benchmarks: the same file in DuckDB, asked in SQL by a Fastify handler.

import { DuckDBInstance } from '@duckdb/node-api';
import Fastify from 'fastify';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(
  `CREATE TABLE big AS SELECT * FROM read_csv('${process.argv[2].replaceAll("'", "''")}')`,
);

const app = Fastify();
// The question is the SQL itself with its values apart, so that neither side pays for a language of the other's.
app.get('/ask', async (request, reply) => {
  const { sql, values = '[]' } = request.query;
  const answer = await connection.runAndReadAll(sql, JSON.parse(values));
  reply.header('content-type', 'application/json; charset=utf-8');
  return JSON.stringify(answer.getRowObjectsJson());
});
console.log(`${await app.listen({ port: 0, host: '127.0.0.1' })} READY`);
