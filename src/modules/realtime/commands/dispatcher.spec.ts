import { Logger } from '@nestjs/common';
import { commands, type CommandSpec } from '#contracts/commands.js';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { eventually, listen, type Listener, type Loopback, open } from '../../../../test/support/loopback.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { PacketBatcher } from '../wire/packet-batcher.js';
import { Connection } from '../connections/connection.js';
import { TokenBucket } from '../connections/token-bucket.js';
import type { BoundCommand } from './command-table.js';
import { Dispatcher } from './dispatcher.js';

/** A valid input of each command. Without one, a check that refuses everything would pass these tests. */
const inputs = Object.entries<CommandSpec>(commands).map(([name, { example }]) => [name, Object(example.input)] satisfies [string, object]);

/** Commands that need no field, so they need no payload either. */
const commandsWithoutInput = new Set(
  Object.entries<CommandSpec>(commands).flatMap(([name, { input }]) => (input.safeParse({}).success ? [name] : [])),
);

const perSecond = 1000;
const ackTimeoutMs = 10_000;

let loopback: Loopback;
let client: Listener;
let connection: Connection;
let dispatcher: Dispatcher;
const server = { isDraining: false };
const closings: string[] = [];
/** The calls of the handlers, and what the handlers do. */
let handled: Array<{ name: string; userId: string; input: unknown; socketId: string }> = [];
let behave: () => unknown = () => ({ done: true });
let nextAck = 0;

beforeAll(async () => {
  Logger.overrideLogger(false);
  loopback = await listen();
  const batcher = new PacketBatcher();
  const closer = { closeConnection: (_: Connection, { reason }: { reason: string }) => void closings.push(reason) };
  dispatcher = new Dispatcher({ ackTimeoutMs, socketFrameBytesMax: 100_000 }, { buildTable: () => table() }, closer, server, batcher);
  dispatcher.loadHandlers();
  client = await open(loopback, ['websocket']);
  const caller = { userId: newId<UserId>(), sessionId: newId<SessionId>(), expiresAt: Infinity };
  connection = new Connection(client.socket, caller, new TokenBucket(perSecond, performance.now()));
  dispatcher.listenTo(connection);
});

beforeEach(() => {
  handled = [];
  closings.length = 0;
  behave = () => ({ done: true });
  connection.state = 'ready';
  server.isDraining = false;
  Object.assign(connection, { bucket: new TokenBucket(perSecond, performance.now()) });
});

afterAll(async () => {
  client.hangUp();
  await loopback.close();
});

function table(): Map<string, BoundCommand> {
  return new Map(
    Object.entries(commands).map(([name, { input }]) => {
      const run: BoundCommand['run'] = (caller, parsed, { socketId }) => {
        handled.push({ name, userId: caller.userId, input: parsed, socketId });
        return behave();
      };
      return [name, { name, input, run }];
    }),
  );
}

function say(name: string, ...payload: unknown[]): number {
  nextAck += 1;
  client.say(`${nextAck}${JSON.stringify([name, ...payload])}`);
  return nextAck;
}

async function answerTo(ackId: number): Promise<unknown> {
  const start = `3${ackId}[`;
  await eventually(`an answer to ${ackId}`, () => client.heard.some((packet) => packet.startsWith(start)));
  const [ack]: unknown[] = JSON.parse(client.heard.find((packet) => packet.startsWith(start))?.slice(start.length - 1) ?? '[]');
  return ack;
}

async function ask(name: string, ...payload: unknown[]): Promise<unknown> {
  return answerTo(say(name, ...payload));
}

function refusedWith(code: string): unknown {
  return { ok: false, error: expect.objectContaining({ code, requestId: expect.any(String), message: expect.any(String) }) };
}

describe.each(inputs)('%s', (name, input) => {
  it('reaches its handler once, with the caller, and is answered once', async () => {
    const ackId = say(name, input);
    expect(await answerTo(ackId)).toEqual({ ok: true, data: { done: true } });
    expect(handled).toEqual([{ name, userId: connection.caller.userId, input: expect.objectContaining(input), socketId: connection.id }]);
    await ask('session.ping', { nonce: 'after' });
    expect(client.heard.filter((packet) => packet.startsWith(`3${ackId}[`))).toHaveLength(1);
  });

  it('is refused without its handler: unknown field, no payload, two payloads, over the rate, draining', async () => {
    expect(await ask(name, { ...input, unknownField: 1 })).toEqual(refusedWith('validation.failed'));
    if (!commandsWithoutInput.has(name)) expect(await ask(name)).toEqual(refusedWith('validation.failed'));
    expect(await ask(name, input, input)).toEqual(refusedWith('validation.failed'));
    connection.bucket.takeToken = () => ({ kind: 'wait', retryAfterMs: 7 });
    expect(await ask(name, input)).toEqual({ ok: false, error: expect.objectContaining({ code: 'rateLimited', retryAfterMs: 7 }) });
    Object.assign(connection, { bucket: new TokenBucket(perSecond, performance.now()) });
    server.isDraining = true;
    expect(await ask(name, input)).toEqual(refusedWith('overloaded'));
    expect(handled).toEqual([]);
  });

  it('waits for the rooms of its connection, and is refused when it closes instead', async () => {
    let opened: () => void = () => undefined;
    connection.state = 'opening';
    connection.whenOpened = new Promise((resolve) => (opened = resolve));
    const ackId = say(name, input);
    await eventually('the command has arrived', () => dispatcher.inFlight === 1);
    expect(handled).toEqual([]);
    connection.state = 'ready';
    opened();
    expect(await answerTo(ackId)).toEqual({ ok: true, data: { done: true } });
    connection.state = 'opening';
    connection.whenOpened = new Promise((resolve) => (opened = resolve));
    const other = say(name, input);
    await eventually('the command has arrived', () => dispatcher.inFlight === 1);
    connection.state = 'closing';
    opened();
    expect(await answerTo(other)).toEqual(refusedWith('overloaded'));
    expect(handled).toHaveLength(1);
  });

  it('runs without an acknowledgement too, says nothing when it succeeds, and reports its failure as an event', async () => {
    const failures = () => client.heard.filter((packet) => packet.startsWith('2["command.failed"'));
    const before = failures().length;
    client.say(JSON.stringify([name, input]));
    await eventually('it was handled', () => handled.length === 1);
    await ask('session.ping', { nonce: 'after' });
    expect(failures()).toHaveLength(before);
    behave = () => Promise.reject(new AppError('forbidden'));
    client.say(JSON.stringify([name, input]));
    await eventually('the failure is reported', () => failures().length === before + 1);
    const [, failed]: unknown[] = JSON.parse(failures().at(-1)?.slice(1) ?? '[]');
    const { clientId = null }: { clientId?: unknown } = input;
    expect(failed).toEqual({ command: name, clientId, error: expect.objectContaining({ code: 'forbidden' }) });
    expect(dispatcher.inFlight).toBe(0);
  });

  it('is ignored on a closing connection, and a flood of it closes the connection', async () => {
    connection.state = 'closing';
    const unheard = say(name, input);
    client.say(`${JSON.stringify(['session.ping', { nonce: 'no answer wanted' }])}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    connection.state = 'ready';
    await ask('session.ping', { nonce: 'x' });
    expect(client.heard.some((packet) => packet.startsWith(`3${unheard}[`))).toBe(false);
    handled = [];
    connection.bucket.takeToken = () => ({ kind: 'flood' });
    say(name, input);
    await eventually('it is closed', () => closings.length === 1);
    expect(handled).toEqual([]);
  });

  it('is answered at its deadline, and a later result is dropped', async () => {
    let finish: (data: unknown) => void = () => undefined;
    behave = () => new Promise((resolve) => (finish = resolve));
    const ackId = say(name, input);
    await eventually('it runs', () => handled.length === 1);
    dispatcher.answerOverdue(performance.now() + ackTimeoutMs - 1000);
    expect(dispatcher.inFlight).toBe(1);
    dispatcher.answerOverdue(performance.now() + ackTimeoutMs);
    expect(await answerTo(ackId)).toEqual(refusedWith('overloaded'));
    finish({ late: true });
    behave = () => ({});
    await ask('session.ping', { nonce: 'x' });
    expect(client.heard.filter((packet) => packet.startsWith(`3${ackId}[`))).toHaveLength(1);
  });

  it('answers an error with its code, and reveals nothing about an unexpected error', async () => {
    behave = () => Promise.reject(new AppError('forbidden'));
    expect(await ask(name, input)).toEqual(refusedWith('forbidden'));
    behave = () => {
      throw new Error('the secret cause');
    };
    const ack = await ask(name, input);
    expect(ack).toEqual(refusedWith('internal'));
    expect(JSON.stringify(ack)).not.toContain('secret');
  });
});

test.each([...commandsWithoutInput])('%s runs without a payload, because it needs none', async (name) => {
  for (const payload of [[], [{}]]) expect(await ask(name, ...payload)).toEqual({ ok: true, data: { done: true } });
  expect(handled).toHaveLength(2);
});

test.each(['no.such', 'toString', '__proto__', ''])('%p is not a command', async (name) => {
  expect(await ask(name, {})).toEqual(refusedWith('command.notFound'));
  expect(handled).toEqual([]);
});

test('an answer that cannot be encoded is an error like any other', async () => {
  behave = () => ({ value: 1n });
  expect(await ask('session.ping', { nonce: 'x' })).toEqual(refusedWith('internal'));
  expect(dispatcher.inFlight).toBe(0);
});
