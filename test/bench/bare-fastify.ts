// The peer of the read benchmarks: Fastify with nothing but a constant JSON body.

import Fastify from 'fastify';

const body = process.argv[2] as string;
const app = Fastify();
app.get('/*', (_request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8').send(body);
});
console.log(`${await app.listen({ port: 0, host: '127.0.0.1' })} READY`);
