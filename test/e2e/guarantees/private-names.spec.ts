import type { Conversation } from '#contracts/conversations/schemas.js';
import { api } from '../../support/api.js';
import { guest, guests, type Person, uniqueName } from '../../support/people.js';
import { PlanLog } from '../../support/plan-log.js';
import { itemAt } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

jest.setTimeout(60_000);

const privateOne = (owner: Person, name: string) => makeConversation(owner, [], { type: 'channel', name });
const publicOne = (owner: Person, name: string) => makeConversation(owner, [], { type: 'channel', visibility: 'public', name });

async function byName(person: Person, name: string): Promise<Conversation> {
  return (await api(person).call('conversation.byName', { params: { name } })).ok(200);
}

async function two(): Promise<[Person, Person]> {
  const people = await guests(2);
  return [itemAt(people, 0), itemAt(people, 1)];
}

test('the name of a private conversation is free for other users, public or private, over REST and sockets', async () => {
  const [owner, other] = await two();
  const name = uniqueName('secret');
  const hidden = await privateOne(owner, name);
  const own = await privateOne(other, name);
  expect((await byName(other, name)).id).toBe(own.id);
  expect((await byName(owner, name)).id).toBe(hidden.id);
  const open = await publicOne(await guest(), name);
  expect((await byName(await guest(), name)).id).toBe(open.id);
  const socket = await connect(await guest());
  const third = await socket.ok('conversation.create', { type: 'group', name });
  const renamed = await makeConversation(other, [], { type: 'group' });
  const patched = (await api(other).call('conversation.patch', { params: { conversationId: renamed.id }, body: { name } })).ok(200);
  expect([third.name, patched.name]).toEqual([name, name]);
});

test('a name can be taken only once among public conversations, also by making a private one public', async () => {
  const [owner, other] = await two();
  const name = uniqueName('open');
  const open = await publicOne(owner, name);
  const hidden = await privateOne(other, name);
  const params = { conversationId: hidden.id };
  await isRefused(other, 'conversation.create', { body: { type: 'channel', visibility: 'public', name } }, 'conversation.nameTaken');
  await isRefused(other, 'conversation.patch', { params, body: { visibility: 'public' } }, 'conversation.nameTaken');
  await isRefused(other, 'conversation.patch', { params, body: { visibility: 'public', title: 'x' } }, 'conversation.nameTaken');
  expect((await api(other).call('conversation.get', { params })).ok(200)).toMatchObject({ visibility: 'private', title: null });
  const renamed = { visibility: 'public' as const, name: `${name}-2` };
  expect((await api(other).call('conversation.patch', { params, body: renamed })).ok(200)).toMatchObject(renamed);
  await isRefused(other, 'conversation.patch', { params, body: { name } }, 'conversation.nameTaken');
  (await api(owner).call('conversation.patch', { params: { conversationId: open.id }, body: { visibility: 'private' } })).ok(200);
  expect((await api(other).call('conversation.patch', { params, body: { name } })).ok(200).name).toBe(name);
});

test('when several requests take one public name at once, one of them gets it', async () => {
  const people = await guests(4);
  const name = uniqueName('race');
  const hidden = await Promise.all(people.map((person) => privateOne(person, name)));
  const answers = await Promise.all(
    people.map((person, index) =>
      api(person).call('conversation.patch', { params: { conversationId: itemAt(hidden, index).id }, body: { visibility: 'public' } }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
});

test('a member finds their own conversation by name even if a stranger opens a public one with that name', async () => {
  const [owner, other] = await two();
  const name = uniqueName('ours');
  const ours = await privateOne(owner, name);
  const theirs = await publicOne(other, name);
  expect((await byName(owner, name)).id).toBe(ours.id);
  (await api(owner).call('conversation.join', { params: { conversationId: theirs.id } })).ok(200);
  expect((await byName(owner, name)).id).toBe(theirs.id);
});

test('looking up a private name costs a stranger the same work as looking up an unused name', async () => {
  const postgres = await PlanLog.start();
  const server = await startServer({ databaseUrl: postgres.url, env: { LOBBY: 'off' } });
  try {
    const [owner, stranger] = [await guest(undefined, server.url), await guest(undefined, server.url)];
    const name = uniqueName('secret');
    await privateOne(owner, name);
    const lookUp = (wanted: string) =>
      postgres.statementsOf(() => isRefused(stranger, 'conversation.byName', { params: { name: wanted } }, 'conversation.notFound'));
    await lookUp('warms-the-caches');
    const lookups = [await lookUp(name), await lookUp(uniqueName('absent'))];
    const [hidden, absent] = lookups.map((statements) =>
      statements.filter(({ sql }) => sql.includes('conversations')).map(({ sql }) => sql),
    );
    expect(hidden).toEqual(absent);
    expect(hidden).toHaveLength(1);
    expect(hidden?.[0]).toMatch(/visibility = 'public' AND c.name/);
  } finally {
    await server.kill();
    await postgres.stop();
  }
});
