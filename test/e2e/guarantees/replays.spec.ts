import { randomUUID } from 'node:crypto';
import type { Policy } from '#contracts/conversations/schemas.js';
import { api } from '../../support/api.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, readAll, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';
import { isRefused } from '../cases/case.js';

const slowModeSeconds = 600;
const draft = (text: string) => ({ clientId: randomUUID(), text });
type Body = ReturnType<typeof draft> & { readonly replyTo?: number };

const send = (sender: Person, conversationId: string, body: Body) => api(sender).call('message.send', { params: { conversationId }, body });
const sendBatch = (sender: Person, conversationId: string, messages: readonly Body[]) =>
  api(sender).call('message.sendBatch', { params: { conversationId }, body: { messages: [...messages] } });
const setPolicy = async (owner: Person, conversationId: string, policy: Partial<Policy>) =>
  (await api(owner).call('conversation.patch', { params: { conversationId }, body: { policy } })).ok(200);

test('in slow mode a repeated send is answered with its message and takes no turn', async () => {
  const { owner, member, conversationId } = await scene();
  const before = draft('before slow mode');
  const first = (await send(member, conversationId, before)).ok(201);
  await setPolicy(owner, conversationId, { slowModeSeconds });
  const socket = await connect(member);
  expect((await send(member, conversationId, before)).ok(200)).toEqual(first);
  expect(await socket.ok('message.send', { conversationId, ...before })).toEqual(first);
  const next = draft('my turn');
  const sent = (await send(member, conversationId, next)).ok(201);
  for (const body of [next, before]) (await send(member, conversationId, body)).ok(200);
  expect(await socket.ok('message.send', { conversationId, ...next })).toEqual(sent);
  const { retryAfterMs = 0 } = (await send(member, conversationId, draft('too soon'))).problem('rateLimited');
  expect(retryAfterMs).toBeGreaterThan(slowModeSeconds * 900);
  expect(retryAfterMs).toBeLessThanOrEqual(slowModeSeconds * 1000);
  expect((await readAll(owner, conversationId)).map(({ text }) => text)).toEqual(['the first message', before.text, next.text]);
});

test('in slow mode a refused send takes no turn, whatever refused it', async () => {
  const { owner, member, conversationId } = await scene();
  const before = draft('before slow mode');
  (await send(member, conversationId, before)).ok(201);
  await setPolicy(owner, conversationId, { slowModeSeconds });
  (await send(member, conversationId, { ...draft('a reply to nothing'), replyTo: 999 })).problem('message.notFound');
  (await send(member, conversationId, { ...before, text: 'another text' })).problem('message.clientIdConflict');
  (await send(member, conversationId, draft('x'.repeat(8193)))).problem('payload.tooLarge');
  (await sendBatch(member, conversationId, [draft('one'), draft('two')])).problem('forbidden');
  // Not even while the refusal is under way.
  const socket = await connect(member);
  const refused = [1, 2, 3].map(() => socket.send('message.send', { conversationId, ...draft('a reply to nothing'), replyTo: 999 }));
  const good = socket.ok('message.send', { conversationId, ...draft('good') });
  for (const ack of await Promise.all(refused)) expect(ack).toMatchObject({ ok: false, error: { code: 'message.notFound' } });
  await good;
  (await send(member, conversationId, draft('too soon'))).problem('rateLimited');
});

test('in slow mode a batch may repeat messages and add one, and several new ones are refused for good', async () => {
  const { owner, member, conversationId } = await scene();
  const [known, added, later] = [draft('known'), draft('added'), draft('later')];
  const first = (await send(member, conversationId, known)).ok(201);
  await setPolicy(owner, conversationId, { slowModeSeconds });
  const problem = (await sendBatch(member, conversationId, [known, added, later])).problem('forbidden');
  expect(problem.retryAfterMs).toBeUndefined();
  expect(problem.detail).toContain('slow mode');
  const { items } = (await sendBatch(member, conversationId, [known, added])).ok(201);
  expect(items.map(({ seq }) => seq)).toEqual([first.seq, first.seq + 1]);
  expect((await sendBatch(member, conversationId, [added, known])).ok(201).items.map(({ seq }) => seq)).toEqual([first.seq + 1, first.seq]);
  (await sendBatch(member, conversationId, [known, later])).problem('rateLimited');
});

test('in slow mode the same message sent many times at once is stored once, and of different messages one is stored', async () => {
  const { owner, member, conversationId } = await scene({ policy: { slowModeSeconds } });
  const same = draft('the same');
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(member, conversationId, same)));
  expect(new Set(answers.map((answer) => answer.ok().id)).size).toBe(1);
  const other = itemAt(await guests(1), 0);
  (await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [other.userId] } })).ok(200);
  const different = await Promise.all(Array.from({ length: 6 }, (_, index) => send(other, conversationId, draft(`message ${index}`))));
  expect(different.map(({ status }) => status).sort()).toEqual([201, 429, 429, 429, 429, 429]);
  expect(await readAll(owner, conversationId)).toHaveLength(3);
});

test('after a block, a raised policy or a restriction a repeated send still returns its message, and a new one is refused', async () => {
  const people = await guests(2);
  const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
  const direct = await makeConversation(one, [two], { type: 'direct' });
  const beforeBlock = draft('before the block');
  const first = (await send(one, direct.id, beforeBlock)).ok(201);
  (await api(two).call('user.block', { params: { userId: one.userId } })).ok();
  await until('the block has effect', async () => (await send(one, direct.id, draft('after the block'))).status === 403);
  for (let repeat = 0; repeat < 3; repeat += 1) expect((await send(one, direct.id, beforeBlock)).ok(200)).toEqual(first);

  const { owner, member, conversationId } = await scene();
  const beforePolicy = draft('before the policy');
  const second = (await send(member, conversationId, beforePolicy)).ok(201);
  await setPolicy(owner, conversationId, { post: 'admin' });
  await isRefused(member, 'message.send', { params: { conversationId }, body: draft('after the policy') }, 'forbidden');
  expect((await send(member, conversationId, beforePolicy)).ok(200)).toEqual(second);
  expect((await sendBatch(member, conversationId, [beforePolicy])).ok(201).items).toEqual([second]);
  (await sendBatch(member, conversationId, [beforePolicy, draft('new')])).problem('forbidden');
  const socket = await connect(member);
  expect(await socket.ok('message.send', { conversationId, ...beforePolicy })).toEqual(second);
  await socket.fails('message.send', { conversationId, ...draft('new') }, 'forbidden');
});

test('a removed member who repeats a send receives the message as they sent it, and a non-member learns nothing', async () => {
  const { owner, member, stranger, conversationId } = await scene();
  const body = draft('as it was sent');
  const sent = (await send(member, conversationId, body)).ok(201);
  (await api(owner).call('member.remove', { params: { conversationId, userId: member.userId } })).ok();
  (await api(owner).call('reaction.add', { params: { conversationId, seq: sent.seq, emoji: '👀' } })).ok();
  (await api(owner).call('pin.put', { params: { conversationId, seq: sent.seq } })).ok();
  const { rev: _now, ...repeated } = (await send(member, conversationId, body)).ok(200);
  const { rev: _then, ...original } = sent;
  expect(repeated).toEqual(original);
  (await send(member, conversationId, { ...body, text: 'another text' })).problem('message.clientIdConflict');
  (await send(member, conversationId, draft('new'))).problem('conversation.notFound');
  (await send(stranger, conversationId, body)).problem('conversation.notFound');
  (await api(owner).call('message.delete', { params: { conversationId, seq: sent.seq } })).ok();
  expect((await send(member, conversationId, body)).ok(200)).toMatchObject({ id: sent.id, seq: sent.seq, text: body.text });
});

test('a repeated send of a deleted message is answered with its place, and sends nothing', async () => {
  const { owner, member, conversationId } = await scene();
  const body = draft('soon deleted');
  const { id, seq } = (await send(member, conversationId, body)).ok(201);
  (await api(member).call('message.delete', { params: { conversationId, seq } })).ok();
  const reader = await connect(owner);
  expect((await send(member, conversationId, body)).ok(200)).toMatchObject({ id, seq, text: null });
  await reader.barrier();
  expect(reader.of('message.created')).toEqual([]);
});
