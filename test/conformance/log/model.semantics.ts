import fc from 'fast-check';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { ConversationLog } from '../../../src/modules/log/conversation-log.js';
import type { Draft, LogEntry } from '../../../src/modules/log/draft.js';
import { newId } from '#platform/ids.js';
import { itemAt } from '../../support/present.js';
import { again, change, type CreateLogStore, LogScene, message, revs } from './log-scene.js';
import { LogModel, type ModelEntry } from './log-model.js';

/*
 * How this test works. fast-check generates histories: lists of steps that commit groups of drafts, persist or drain an outbox, park
 * an entry, or restart a node. Each step runs on one of two nodes that share their stores, and on `LogModel`, a log in memory that is
 * simple enough to be obviously right. `run` takes a step on both and compares the outcomes of commits. `compare` then reads
 * everything from the other node and compares it with the model. When the property fails, fast-check prints the shortest history
 * that breaks it, in the terms of `stepArbitrary`.
 */

const conversationCount = 3;
const actors = Array.from({ length: 2 }, () => newId<UserId>());
const index = fc.nat({ max: 1000 });

const draftArbitrary = fc.record({
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant('message') },
    { weight: 2, arbitrary: fc.constant('replay') },
    { weight: 1, arbitrary: fc.constant('conflict') },
    { weight: 2, arbitrary: fc.constant('change') },
    { weight: 1, arbitrary: fc.constant('reply') },
    { weight: 1, arbitrary: fc.constant('replyToNothing') },
  ),
  pick: index,
});
/** The index after the last conversation stands for a conversation that does not exist. */
const unitArbitrary = fc.record({
  conversation: fc.nat({ max: conversationCount }),
  drafts: fc.array(draftArbitrary, { minLength: 1, maxLength: 4 }),
});
const stepArbitrary = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      node: index,
      units: fc.array(unitArbitrary, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('persist' as const), node: index, shard: index, limit: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('drain' as const), node: index, shard: index, limit: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('park' as const), node: index, shard: index, limit: fc.constant(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), node: index }) },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer S> ? S : never;
type DraftPlan = typeof draftArbitrary extends fc.Arbitrary<infer D> ? D : never;

/** Random histories on two nodes give the same results as a model in memory. */
export function describeModel(createStore: CreateLogStore): void {
  let scene: LogScene;
  let nodes: ConversationLog[];
  beforeAll(async () => {
    scene = await LogScene.create(createStore);
    nodes = [scene.log, await scene.store.open()];
  });
  afterAll(() => scene.store.close());

  it('agrees with the model after every step of a random history of commits, repeats, persisting, settling and parking', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 25 }), async (steps) => {
        const model = new LogModel();
        const ids = await Promise.all(Array.from({ length: conversationCount }, () => scene.conversation()));
        for (const id of ids) model.add(id);
        try {
          for (const step of steps) {
            await run(step, model, ids);
            await compare(itemAt(nodes, (step.node + 1) % nodes.length), model, ids);
          }
        } finally {
          await scene.drain();
        }
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });

  /** The model's pending entries at or below the mark in storage. */
  async function persistedOf(id: ConversationId, model: LogModel): Promise<Array<{ conversationId: ConversationId; rev: number }>> {
    const [row] = await scene.database.query<{ last_rev: number }>('SELECT last_rev FROM conversations WHERE id = $1', [id]);
    return model
      .entries(id, 'pending')
      .filter((entry) => entry.rev <= (row?.last_rev ?? 0))
      .map(({ rev }) => ({ conversationId: id, rev }));
  }

  async function run(step: Step, model: LogModel, ids: readonly ConversationId[]): Promise<void> {
    const place = step.node % nodes.length;
    const node = itemAt(nodes, place);
    if (step.do === 'restart') {
      nodes[place] = await scene.store.open();
      if (scene.store.opensSettled) for (const id of ids) model.move(await persistedOf(id, model), 'settled');
    } else if (step.do === 'commit') {
      const units = plan(step.units, model, ids);
      expect(await node.commit(units)).toEqual(model.commit(units));
    } else {
      const entries = await node.outbox(step.shard % node.shardCount, step.limit);
      if (step.do === 'park') {
        for (const entry of entries) await node.park(entry, 'a reason');
        model.move(entries, 'parked');
        return;
      }
      await scene.persist(entries);
      if (step.do === 'persist') return;
      await node.settle(entries);
      model.move(entries, 'settled');
    }
  }
}

function plan(units: Array<{ conversation: number; drafts: DraftPlan[] }>, model: LogModel, ids: readonly ConversationId[]): Draft[][] {
  const used = new Set<string>();
  return units.map(({ conversation, drafts }) => {
    const id = ids[conversation] ?? newId<ConversationId>();
    return drafts.map((one) => {
      const draft = toDraft(one, id, model);
      const repeats = used.has(String(draft.clientId));
      used.add(String(draft.clientId));
      return repeats && draft.clientId !== null ? message(id) : draft;
    });
  });
}

function toDraft({ what, pick }: DraftPlan, id: ConversationId, model: LogModel): Draft {
  const actorId = itemAt(actors, pick % actors.length);
  const sent = model.messages(id);
  const known = sent[pick % Math.max(1, sent.length)];
  if (what === 'change') return change(id, actorId);
  if (what === 'reply' && known !== undefined) return message(id, { actorId, replyTo: known.seq ?? 1 });
  if (what === 'replyToNothing') return message(id, { actorId, replyTo: 5000 + pick });
  if (what === 'replay' && known !== undefined) return again(known.draft);
  if (what === 'conflict' && known !== undefined) return again(known.draft, `another body ${pick}`);
  return message(id, { actorId });
}

async function compare(node: ConversationLog, model: LogModel, ids: readonly ConversationId[]): Promise<void> {
  const heads = await node.heads(ids);
  for (const id of ids) {
    expect(heads.get(id)).toEqual(model.head(id));
    expect(places(await node.pending(id, { order: 'asc', limit: 1000 }))).toEqual(modelPlaces(model.entries(id, 'pending')));
    const readable = model.entries(id, 'pending', 'parked').filter((entry) => entry.seq !== null);
    expect(revs(await node.pendingMessages(id, { order: 'desc', limit: 1000 }))).toEqual(readable.map((entry) => entry.rev).reverse());
    expect((await node.pendingNewest([id])).get(id)?.rev).toBe(readable.at(-1)?.rev);
    for (const actorId of actors) {
      const seqs = (await node.pendingSeqsBy(actorId, [id])).get(id) ?? [];
      expect(new Set(seqs)).toEqual(new Set(readable.filter((entry) => entry.draft.actorId === actorId).map((entry) => entry.seq)));
    }
  }
  for (let shard = 0; shard < node.shardCount; shard += 1) {
    expectOutbox(
      await node.outbox(shard, 1000),
      model.outbox((id) => node.shardOf(id) === shard),
    );
  }
}

function expectOutbox(actual: readonly LogEntry[], expected: readonly ModelEntry[]): void {
  const calls = new Map(expected.map((entry) => [place(entry.draft.conversationId, entry.rev), entry.call]));
  const inOrderOfCalls = [...actual].sort(
    (a, b) => (calls.get(place(a.conversationId, a.rev)) ?? 0) - (calls.get(place(b.conversationId, b.rev)) ?? 0),
  );
  expect(places(actual)).toEqual(places(inOrderOfCalls));
  for (const id of new Set(expected.map((entry) => entry.draft.conversationId))) {
    expect(places(actual.filter((entry) => entry.conversationId === id))).toEqual(
      modelPlaces(expected.filter((entry) => entry.draft.conversationId === id)),
    );
  }
  expect(actual).toHaveLength(expected.length);
}

function place(conversationId: ConversationId, rev: number): string {
  return `${conversationId} ${rev}`;
}

function places(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => `${entry.conversationId} ${entry.rev} ${entry.seq ?? '-'} ${entry.kind}`);
}

function modelPlaces(entries: readonly ModelEntry[]): string[] {
  return entries.map(({ draft, rev, seq }) => `${draft.conversationId} ${rev} ${seq ?? '-'} ${draft.kind}`);
}
