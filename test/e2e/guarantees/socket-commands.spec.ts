import type { ClientId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { guest } from '../../support/people.js';
import { readAll, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';

test('a message that is sent over a socket without an acknowledgement callback arrives, and is sent once', async () => {
  const { owner, member, conversationId } = await scene();
  const [sender, receiver] = [await connect(owner), await connect(member)];
  const clientId = newId<ClientId>();
  const message = { conversationId, clientId, text: 'without a callback' };
  sender.socket.emit('message.send', message);
  sender.socket.emit('message.send', message);
  await receiver.waitFor('message.created', (payload) => payload.clientId === clientId);
  await sender.barrier();
  expect((await readAll(member, conversationId)).filter((one) => one.clientId === clientId)).toHaveLength(1);
  expect(sender.of('command.failed')).toEqual([]);
});

test('a command without an acknowledgement callback reports each kind of failure as command.failed, in order', async () => {
  const { conversationId } = await scene();
  const socket = await connect(await guest());
  const clientId = newId<ClientId>();
  socket.socket.emit('no.such', {});
  socket.socket.emit('session.ping');
  socket.socket.emit('session.ping', {}, {});
  socket.socket.emit('presence.set', { status: 'on the moon' });
  socket.socket.emit('message.send', { conversationId, clientId, text: 'not a member' });
  const failures = await socket.events.waitForCount('command.failed', 5);
  expect(failures.map(({ command, error }) => [command, error.code])).toEqual([
    ['no.such', 'command.notFound'],
    ['session.ping', 'validation.failed'],
    ['session.ping', 'validation.failed'],
    ['presence.set', 'validation.failed'],
    ['message.send', 'conversation.notFound'],
  ]);
  expect(failures.map((failure) => failure.clientId)).toEqual([null, null, null, null, clientId]);
  await socket.barrier();
});

test('a command that needs no input runs without a payload', async () => {
  const socket = await connect(await guest());
  const ack: unknown = await socket.socket.emitWithAck('conversation.list');
  expect(ack).toMatchObject({ ok: true, data: { items: expect.any(Array) } });
});

test('a ping returns any JSON value as it was sent', async () => {
  const socket = await connect(await guest());
  for (const nonce of [0, 1.25, Number.MAX_SAFE_INTEGER, '', 'ü\u0000', false, null, [[], {}], { nested: { list: [1, 'two', null] } }]) {
    expect((await socket.ok('session.ping', { nonce })).nonce).toEqual(nonce);
  }
});
