import fastify, { type FastifyInstance } from 'fastify';
import { openBefore } from './open-before.js';

function beginInFlight(_request: unknown, _reply: unknown, done: () => void): void {
  done();
}

function newHook(_request: unknown, _reply: unknown, done: () => void): void {
  done();
}

/** Whether a server with these hooks becomes ready with the hot door before it. */
async function start(addHooks: (server: FastifyInstance) => void): Promise<void> {
  const server = fastify();
  addHooks(server);
  openBefore(server, () => false);
  try {
    await server.ready();
  } finally {
    await server.close();
  }
}

test('hooks that the hot door knows of, and those of the adapter before them, let the server start', async () => {
  await start((server) => server.addHook('onRequest', (_request, _reply, done) => done()).addHook('onRequest', beginInFlight));
});

test.each(['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onResponse', 'onError'])(
  'a hook at %s that the hot door does not know of stops the start',
  async (moment) => {
    const add = (server: FastifyInstance) => void Reflect.apply(server.addHook, server, [moment, newHook]);
    await expect(start(add)).rejects.toThrow(`the ${moment} hook newHook has no stand-in`);
  },
);

test('a hook without a name is not taken for one of the adapter when it comes later', async () => {
  const late = start((server) => server.addHook('onRequest', beginInFlight).addHook('onRequest', (_request, _reply, done) => done()));
  await expect(late).rejects.toThrow('the onRequest hook without a name has no stand-in');
});
