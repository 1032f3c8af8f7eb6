/** Bare Fastify: parses a JSON body, numbers it and answers with the fields of Parley's message. Its start time is the minimum for a web server. */
import { fastify } from 'fastify';
import { Echoes, logReady } from './echo-message.js';

const echoes = new Echoes();
const server = fastify();
server.post<{ Params: { id: string } }>('/v1/conversations/:id/messages', (request, reply) => {
  const body = typeof request.body === 'object' ? request.body : {};
  reply.status(201).send(echoes.echo({ ...body, conversationId: request.params.id })?.message);
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
logReady(Number(new URL(url).port));
process.once('SIGTERM', () => process.exit(0));
