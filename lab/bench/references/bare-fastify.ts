/** Bare Fastify: parses a JSON body, gives it an id and a number and answers it, with the fields of Parley's message. Also the least a web server takes to start. */
import { fastify } from 'fastify';
import { Echoes, tellReady } from './echo-message.js';

const echoes = new Echoes();
const server = fastify();
server.post<{ Params: { id: string } }>('/v1/conversations/:id/messages', (request, reply) => {
  const body = typeof request.body === 'object' ? request.body : {};
  reply.status(201).send(echoes.answer({ ...body, conversationId: request.params.id })?.message);
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
tellReady(Number(new URL(url).port));
process.once('SIGTERM', () => process.exit(0));
