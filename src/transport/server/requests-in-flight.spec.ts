import { connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { eventually } from '../../../test/support/loopback.js';
import { AppError } from '#platform/errors/app-error.js';
import { RequestsInFlight } from './requests-in-flight.js';

const timeoutMs = 10_000;

let server: FastifyInstance;
let inFlight: RequestsInFlight;
let port: number;
/** Answers the request that waits. */
let finish: () => void;

beforeEach(async () => {
  server = fastify();
  inFlight = new RequestsInFlight(timeoutMs);
  inFlight.watchServer(server);
  server.setErrorHandler((err, _request, reply) => reply.status(503).send(err instanceof AppError ? err.code : 'another error'));
  server.get('/', (_request, reply) => {
    finish = () => void reply.send('on time');
  });
  port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
});

afterEach(() => server.close());

/** A connection that has asked and waits. */
async function asked(): Promise<{ socket: Socket; heard: () => string }> {
  const before = inFlight.count;
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes.toString()));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually('the request has arrived', () => inFlight.count === before + 1);
  return { socket, heard: () => heard };
}

test('a request counts until it is answered', async () => {
  const { socket, heard } = await asked();
  finish();
  await eventually('the answer', () => heard().includes('on time'));
  expect(inFlight.count).toBe(0);
  socket.destroy();
});

test('a client that hangs up leaves nothing behind', async () => {
  const { socket } = await asked();
  socket.destroy();
  await eventually('nothing is in flight', () => inFlight.count === 0);
});

test('what takes too long is answered once, and what is not yet due waits', async () => {
  const { socket, heard } = await asked();
  inFlight.answerOverdue(performance.now() + timeoutMs - 1000);
  expect(inFlight.count).toBe(1);
  inFlight.answerOverdue(performance.now() + timeoutMs);
  inFlight.answerOverdue(performance.now() + timeoutMs);
  await eventually('the answer', () => heard().includes('overloaded'));
  finish();
  await eventually('nothing is in flight', () => inFlight.count === 0);
  expect(heard().match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(heard()).not.toContain('on time');
  socket.destroy();
});
