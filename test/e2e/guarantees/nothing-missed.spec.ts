import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Conversation } from '#contracts/conversations/schemas.js';
import { api } from '../../support/api.js';
import { ClientState } from '../../support/client-state.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';
import { until } from '../../support/until.js';

/** The users of all runs; each run creates its own conversation. */
interface Cast {
  readonly owner: Person;
  readonly watcher: Person;
  readonly extras: readonly Person[];
}

const emojis = ['👍', '🎉', '👩‍👩‍👧'] as const;
const step = fc.record({
  act: fc.constantFrom(
    'send',
    'send',
    'send',
    'edit',
    'delete',
    'hide',
    'react',
    'unreact',
    'pin',
    'unpin',
    'title',
    'metadata',
    'add',
    'remove',
    'role',
  ),
  byWatcher: fc.boolean(),
  target: fc.nat(30),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed() && !text.includes('\0')),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The steps of a round run at the same time; after it, each of the two clients that miss events may sync. */
const round = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), syncFirst: fc.boolean(), syncSecond: fc.boolean() });
const story = fc.record({
  rounds: fc.array(round, { minLength: 3, maxLength: 12 }),
  missedByFirst: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  missedBySecond: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  limit: fc.integer({ min: 1, max: 7 }),
});

jest.setTimeout(120_000);

test('after conversation.sync, a client that missed any events knows the same as one that missed none', async () => {
  const people = await guests(5);
  const cast: Cast = { owner: itemAt(people, 0), watcher: itemAt(people, 1), extras: people.slice(2) };
  const sockets = await Promise.all([connect(cast.watcher), connect(cast.watcher), connect(cast.watcher)]);
  await fc.assert(
    fc.asyncProperty(story, async (plot) => {
      const conversation = await makeConversation(cast.owner, [cast.watcher], { policy: { pin: 'member' } });
      const own = await api(cast.watcher).call('conversation.get', { params: { conversationId: conversation.id } });
      const never = () => false;
      const first = follow(itemAt(sockets, 0), own.ok(200), cast, missing(plot.missedByFirst));
      const second = follow(itemAt(sockets, 1), own.ok(200), cast, missing(plot.missedBySecond));
      const third = follow(itemAt(sockets, 2), own.ok(200), cast, never);
      for (const { steps, syncFirst, syncSecond } of plot.rounds) {
        await Promise.all(steps.map((one) => perform(one, cast, conversation)));
        if (syncFirst) await first.sync(itemAt(sockets, 0), conversation.id, plot.limit);
        if (syncSecond) await second.sync(itemAt(sockets, 1), conversation.id, plot.limit);
      }
      const newest = (await api(cast.watcher).call('conversation.get', { params: { conversationId: conversation.id } })).ok(200).rev;
      // Events of changes that another node committed may still be on their way.
      await until('the last event has arrived', () => third.rev >= newest || third.hasGap);
      for (const socket of sockets) await socket.barrier();
      await first.sync(itemAt(sockets, 0), conversation.id, plot.limit);
      await second.sync(itemAt(sockets, 1), conversation.id, 200);
      expect(third.hasGap).toBe(false);
      expect(third.snapshot()).toEqual(await truth(cast.watcher, conversation, third));
      expect(first.snapshot()).toEqual(third.snapshot());
      expect(second.snapshot()).toEqual(third.snapshot());
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

/** A client's knowledge, updated by the socket's events of this conversation except those it misses. */
function follow(socket: TestSocket, conversation: Conversation, cast: Cast, isMissed: () => boolean): ClientState {
  const members = [
    { userId: cast.owner.userId, role: 'owner' },
    { userId: cast.watcher.userId, role: 'member' },
  ];
  const state = new ClientState(cast.watcher.userId, conversation.epoch, conversation, members);
  socket.events.clear();
  socket.events.onEach((name, payload) => {
    const isOfThis = JSON.stringify(payload).includes(conversation.id);
    if (isOfThis && !isMissed()) state.apply(name, payload);
  });
  return state;
}

function missing(pattern: readonly boolean[]): () => boolean {
  let position = 0;
  return () => {
    position += 1;
    return itemAt(pattern, position % pattern.length);
  };
}

/** Performs one step. Some are refused (no such message, deleted, not allowed), as intended. */
async function perform({ act, byWatcher, target, text }: Step, cast: Cast, { id: conversationId }: Conversation): Promise<void> {
  const caller = api(byWatcher ? cast.watcher : cast.owner);
  const owner = api(cast.owner);
  const one = { conversationId, seq: (target % 8) + 1 };
  const reaction = { ...one, emoji: itemAt(emojis, target % emojis.length) };
  const extra = itemAt(cast.extras, target % cast.extras.length).userId;
  const member = { conversationId, userId: extra };
  switch (act) {
    case 'send':
      return void (await caller.raw('message.send', {
        params: { conversationId },
        body: { clientId: randomUUID(), text, ...(target < 3 ? { replyTo: 1 } : {}) },
      }));
    case 'edit':
      return void (await caller.raw('message.edit', { params: one, body: { text } }));
    case 'delete':
      return void (await caller.raw('message.delete', { params: one }));
    case 'hide':
      return void (await api(cast.watcher).raw('message.delete', { params: one, query: { scope: 'me' } }));
    case 'react':
      return void (await caller.raw('reaction.add', { params: reaction }));
    case 'unreact':
      return void (await caller.raw('reaction.remove', { params: reaction }));
    case 'pin':
      return void (await caller.raw('pin.put', { params: one }));
    case 'unpin':
      return void (await caller.raw('pin.delete', { params: one }));
    case 'title':
      return void (await owner.raw('conversation.patch', { params: { conversationId }, body: { title: text } }));
    case 'metadata':
      return void (await owner.raw('conversation.patch', { params: { conversationId }, body: { metadata: { text } } }));
    case 'add':
      return void (await owner.raw('member.add', { params: { conversationId }, body: { userIds: [extra] } }));
    case 'remove':
      return void (await owner.raw('member.remove', { params: member }));
    case 'role':
      return void (await owner.raw('member.patch', { params: member, body: { role: target % 2 === 0 ? 'admin' : 'readonly' } }));
  }
}

/** The conversation as REST returns it, in the form of a client's snapshot. */
async function truth(reader: Person, { id: conversationId }: Conversation, like: ClientState): Promise<unknown> {
  const now = (await api(reader).call('conversation.get', { params: { conversationId } })).ok(200);
  const members = (await api(reader).call('conversation.members', { params: { conversationId }, query: { limit: 200 } })).ok(200).items;
  const fresh = new ClientState(reader.userId, now.epoch, now, members);
  for (const message of await readAll(reader, conversationId)) fresh.setMessage(message);
  expect(like.rev).toBe(now.rev);
  return fresh.snapshot();
}
