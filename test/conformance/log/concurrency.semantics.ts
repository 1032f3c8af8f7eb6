import type { ConversationId } from '#contracts/primitives.js';
import type { CommitOutcome, ConversationLog } from '../../../src/modules/log/conversation-log.js';
import type { Draft, LogEntry } from '../../../src/modules/log/draft.js';
import { itemAt } from '../../support/present.js';
import { again, change, type CreateLogStore, LogScene, message } from './log-scene.js';

const rounds = 60;

/** The guarantees when several nodes use one log. */
export function describeConcurrency(createStore: CreateLogStore): void {
  let scene: LogScene;
  let nodes: ConversationLog[];
  beforeEach(async () => {
    scene = await LogScene.create(createStore);
    nodes = [scene.log, await scene.store.open(), await scene.store.open()];
  });
  afterEach(() => scene.store.close());

  async function conversations(count: number): Promise<ConversationId[]> {
    return Promise.all(Array.from({ length: count }, () => scene.conversation()));
  }

  it('numbers the commits of several nodes without gaps, and keeps the drafts of each unit adjacent', async () => {
    const ids = await conversations(3);
    const units: Array<{ drafts: Draft[]; outcomes: CommitOutcome[] }> = [];
    await Promise.all(
      nodes.map(async (node) => {
        for (let round = 0; round < rounds; round += 1) {
          const call = ids.map((id) => [message(id), change(id), message(id)]);
          const outcomes = await node.commit(round % 2 === 0 ? call : [...call].reverse());
          const inOrder = round % 2 === 0 ? call : [...call].reverse();
          inOrder.forEach((drafts, index) => units.push({ drafts, outcomes: itemAt(outcomes, index) }));
        }
      }),
    );
    for (const id of ids) {
      const ofConversation = units.filter(({ drafts }) => drafts[0]?.conversationId === id).map(({ outcomes }) => outcomes);
      const places = ofConversation.flatMap((outcomes) => outcomes.map((outcome) => (outcome.outcome === 'committed' ? outcome.rev : 0)));
      expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: rounds * 9 }, (_, index) => index + 2));
      for (const unit of ofConversation) expect(unit.map(revOf)).toEqual([0, 1, 2].map((step) => revOf(itemAt(unit, 0)) + step));
      const log = await scene.log.pending(id, { order: 'asc', limit: 1000 });
      expect(log.filter((entry) => entry.seq !== null).map((entry) => entry.seq)).toEqual(
        Array.from({ length: rounds * 6 }, (_, index) => index + 1),
      );
    }
  });

  it('assigns each number once when several nodes load an idle conversation at the same time', async () => {
    const ids = await conversations(20);
    for (const id of ids) await scene.send(id, 2);
    await scene.drain();
    const fresh = await Promise.all(Array.from({ length: 4 }, () => scene.store.open()));
    const outcomes = await Promise.all(fresh.map((node) => node.commit(ids.map((id) => [message(id)]))));
    for (const index of ids.keys()) {
      expect(outcomes.map((call) => revOf(itemAt(itemAt(call, index), 0))).sort()).toEqual([4, 5, 6, 7]);
    }
  });

  it('commits a client id once when several nodes receive it at the same time, even while it moves to storage', async () => {
    const id = await scene.conversation();
    const drafts = Array.from({ length: rounds }, () => message(id));
    const answers: CommitOutcome[][] = [];
    let isDone = false;
    const draining = (async () => {
      while (!isDone) await scene.drain();
    })();
    for (const draft of drafts) {
      const once = await Promise.all(nodes.map((node) => node.commit([[again(draft)]])));
      answers.push(once.flat(2));
    }
    isDone = true;
    await draining;
    for (const [index, answer] of answers.entries()) {
      expect(answer.filter((outcome) => outcome.outcome === 'committed')).toHaveLength(1);
      expect(answer.filter((outcome) => outcome.outcome === 'replayed')).toHaveLength(nodes.length - 1);
      expect(new Set(answer.map(revOf))).toEqual(new Set([index + 2]));
    }
  });

  it('hands a worker every entry once and in order of its conversation while nodes keep committing', async () => {
    const ids = await conversations(6);
    const seen: LogEntry[] = [];
    let isDone = false;
    const draining = (async () => {
      for (;;) {
        const wasDone = isDone;
        const entries = await scene.outboxes(7);
        await scene.persist(entries);
        await scene.log.settle(entries);
        seen.push(...entries);
        if (wasDone && entries.length === 0) return;
      }
    })();
    await Promise.all(
      nodes.map(async (node) => {
        for (let round = 0; round < rounds; round += 1) await node.commit(ids.map((id) => [message(id)]));
      }),
    );
    isDone = true;
    await draining;
    for (const id of ids) {
      const inOrder = seen.filter((entry) => entry.conversationId === id).map((entry) => entry.seq);
      expect(inOrder).toEqual(Array.from({ length: rounds * nodes.length }, (_, index) => index + 1));
    }
    const [row] = await scene.database.query<{ messages: number }>('SELECT count(*)::int AS messages FROM messages');
    expect(row).toEqual({ messages: ids.length * rounds * nodes.length });
  });

  it('answers the same while two workers settle the same batch', async () => {
    const id = await scene.conversation();
    await scene.send(id, 50);
    const entries = await scene.outboxes();
    await scene.persist(entries);
    await Promise.all(nodes.map((node) => node.settle(entries)));
    expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    expect(await scene.commit(message(id))).toEqual([{ outcome: 'committed', seq: 51, rev: 52 }]);
  });
}

function revOf(outcome: CommitOutcome): number {
  return outcome.outcome === 'committed' || outcome.outcome === 'replayed' ? outcome.rev : -1;
}
