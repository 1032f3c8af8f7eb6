import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { itemAt } from '../../support/present.js';
import { readAll, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

test('fifty simultaneous sends of the same message, over REST and sockets, store one message', async () => {
  const { owner, member, conversationId } = await scene();
  const [socket, reader] = [await connect(member), await connect(owner)];
  const body = { clientId: randomUUID(), text: 'only once' };
  const params = { conversationId };
  const overRest = Array.from({ length: 25 }, () => api(member).call('message.send', { params, body }));
  const overSocket = Array.from({ length: 25 }, () => socket.ok('message.send', { conversationId, ...body }));
  const answers = await Promise.all(overRest);
  const acks = await Promise.all(overSocket);
  const all = [...answers.map((answer) => answer.ok()), ...acks];
  for (const message of all) expect(message).toEqual(itemAt(acks, 0));
  expect(answers.filter((answer) => answer.status === 201).length).toBeLessThanOrEqual(1);
  for (const answer of answers) expect(answer.headers.get('idempotent-replayed')).toBe(answer.status === 200 ? 'true' : null);
  expect((await readAll(owner, conversationId)).filter((message) => message.clientId === body.clientId)).toHaveLength(1);
  await reader.barrier();
  expect(reader.of('message.created').filter((payload) => payload.clientId === body.clientId)).toHaveLength(1);
});

test('reusing a client id with another text, reply or metadata is a conflict and changes nothing', async () => {
  const { owner, member, conversationId } = await scene();
  const params = { conversationId };
  const body = { clientId: randomUUID(), text: 'the first', metadata: { a: 1, b: { c: 2 } } };
  const first = (await api(member).call('message.send', { params, body })).ok(201);
  const others = [
    { ...body, text: 'another' },
    { ...body, metadata: { a: 2 } },
    { ...body, replyTo: 1 },
    { ...body, mentions: [owner.userId] },
    { clientId: body.clientId, text: body.text },
  ];
  for (const other of others) await isRefused(member, 'message.send', { params, body: other }, 'message.clientIdConflict');
  // The order of keys does not matter.
  const reordered = { metadata: { b: { c: 2 }, a: 1 }, text: 'the first', clientId: body.clientId };
  expect((await api(member).call('message.send', { params, body: reordered })).ok(200)).toEqual(first);
  expect(await readAll(owner, conversationId)).toHaveLength(2);
});

test('different senders and conversations can use the same client id', async () => {
  const [one, two] = [await scene(), await scene()];
  const clientId = randomUUID();
  const send = (who: typeof one.owner, conversationId: string) =>
    api(who).call('message.send', { params: { conversationId }, body: { clientId, text: 'mine' } });
  const messages = [
    (await send(one.owner, one.conversationId)).ok(201),
    (await send(one.member, one.conversationId)).ok(201),
    (await send(two.owner, two.conversationId)).ok(201),
  ];
  expect(new Set(messages.map((message) => message.id)).size).toBe(3);
});

test('sending again after an edit returns the same message', async () => {
  const { member, conversationId } = await scene();
  const params = { conversationId };
  const body = { clientId: randomUUID(), text: 'before' };
  const sent = (await api(member).call('message.send', { params, body })).ok(201);
  (await api(member).call('message.edit', { params: { conversationId, seq: sent.seq }, body: { text: 'after' } })).ok(200);
  expect((await api(member).call('message.send', { params, body })).ok(200)).toMatchObject({ id: sent.id, seq: sent.seq });
});

test('a batch is stored completely or not at all, and its error names the index', async () => {
  const { owner, member, conversationId } = await scene();
  const params = { conversationId };
  const taken = { clientId: randomUUID(), text: 'taken' };
  (await api(member).call('message.send', { params, body: taken })).ok(201);
  const fresh = [1, 2].map((n) => ({ clientId: randomUUID(), text: `fresh ${n}` }));
  const conflicting = await api(member).call('message.sendBatch', {
    params,
    body: { messages: [itemAt(fresh, 0), { ...taken, text: 'else' }, itemAt(fresh, 1)] },
  });
  expect(JSON.stringify(conflicting.problem('message.clientIdConflict'))).toContain('messages.1');
  const tooLong = await api(member).call('message.sendBatch', { params, body: { messages: [...fresh, { text: 'x'.repeat(8193) }] } });
  expect(JSON.stringify(tooLong.problem('payload.tooLarge'))).toContain('messages.2');
  const noSuchReply = await api(member).call('message.sendBatch', { params, body: { messages: [{ text: 'x', replyTo: 999 }, ...fresh] } });
  expect(JSON.stringify(noSuchReply.problem('message.notFound'))).toContain('messages.0');
  expect((await readAll(owner, conversationId)).map((message) => message.text)).toEqual(['the first message', 'taken']);
  // A message that was sent before keeps its position; the rest of the batch is new.
  const mixed = (
    await api(member).call('message.sendBatch', { params, body: { messages: [itemAt(fresh, 0), taken, itemAt(fresh, 1)] } })
  ).ok(201);
  expect(mixed.items.map((message) => message.seq)).toEqual([3, 2, 4]);
});

test('the same client id twice in one batch stores at most one message', async () => {
  const { owner, member, conversationId } = await scene();
  const twin = { clientId: randomUUID(), text: 'twin' };
  const answer = await api(member).call('message.sendBatch', { params: { conversationId }, body: { messages: [twin, twin] } });
  if (answer.status === 201) expect(new Set(answer.ok(201).items.map((message) => message.seq)).size).toBe(1);
  else expect(answer.status).toBe(400);
  expect((await readAll(owner, conversationId)).filter((message) => message.text === 'twin').length).toBeLessThanOrEqual(1);
});
