import { randomUUID } from 'node:crypto';
import { examples } from '#contracts/examples.js';
import { api } from '../api.js';
import { guest, type Person } from '../people.js';
import { makeConversation } from '../scene.js';
import type { KnownValues } from './schema-values.js';

const messageCount = 45;

/** A caller with a conversation of their own, in which the examples of the contract are valid. */
export interface FuzzScene {
  readonly caller: Person;
  readonly friend: Person;
  readonly conversationId: string;
  readonly known: KnownValues;
  /** An example of the contract with the ids of this scene. */
  adapt(example: unknown): unknown;
}

/** Makes a scene with 45 messages. `friend` is a member. Another scene's `known` values save the requests that find them. */
export async function fuzzScene(friend: Person, knownBefore?: KnownValues): Promise<FuzzScene> {
  const caller = await guest();
  const { id: conversationId, epoch } = await makeConversation(caller, [friend]);
  const messages = Array.from({ length: messageCount }, (_, index) => ({ clientId: randomUUID(), text: `lunch ${index}` }));
  const sent = (await api(caller).call('message.sendBatch', { params: { conversationId }, body: { messages } })).ok(201);
  const replaced = new Map<string, string>([
    [examples.conversationId, conversationId],
    [examples.ada, caller.userId],
    [examples.grace, friend.userId],
    [examples.sessionId, caller.sessionId],
    [examples.epoch, epoch],
  ]);
  const ids = [...new Set([...replaced.values(), sent.items[0]?.id ?? conversationId])];
  return {
    caller,
    friend,
    conversationId,
    known: knownBefore ?? { ids, cursors: await cursorsOf(caller, conversationId) },
    adapt: (example) => {
      const json = JSON.stringify(example);
      const adapted = [...replaced].reduce((text, [from, to]) => text.replaceAll(from, to), json ?? 'null');
      return json === undefined ? undefined : JSON.parse(adapted);
    },
  };
}

/** Real cursors of several lists; each is foreign to every other list. */
async function cursorsOf(caller: Person, conversationId: string): Promise<string[]> {
  const params = { conversationId };
  const query = { limit: 1 };
  const client = api(caller);
  for (const seq of [1, 2]) {
    await client.call('pin.put', { params: { ...params, seq } });
    await client.call('message.save', { params: { ...params, seq } });
  }
  const pages = await Promise.all([
    client.call('conversation.list', { query }),
    client.call('conversation.members', { params, query }),
    client.call('pin.list', { params, query }),
    client.call('saved.list', { query }),
    client.call('user.search', { query }),
  ]);
  return pages.flatMap((page) => page.ok(200).nextCursor ?? []);
}
