import type { Random } from '../../support/random.js';
import { Stage } from '../stage.js';
import { sleep } from '../../support/wait.js';
import { call, fieldOf, type Request } from '../workload/api-client.js';
import type { Person, Room } from '../workload/people.js';
import { counterBars } from './measures.js';
import type { Bar, Row } from './row.js';

/** All members act in one conversation at the same time: sends, edits, deletes, reactions, cursors. */
export const racingChanges: Row = {
  id: 'F32',
  name: 'racing-changes',
  title:
    '10 senders, one conversation, all nodes, REST and socket; edits, deletes, reactions and receipts racing (100,000 messages with --full)',
  expect: 'gap-free seq, same order for all; receipts only grow',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const { batch, messages } = context.scale(
      { batch: 1, messages: 1000 },
      { batch: 25, messages: context.mode === 'cluster' ? 100_000 : 20_000 },
    );
    const load = { senders: 10, receivers: 10, conversations: 1, ratePerSecond: 60, roomsPerReceiver: 1, batch };
    const stage = await Stage.open(context, { name: this.name, load });
    const [room] = stage.workload.rooms;
    if (room === undefined) throw new Error('there is no conversation');
    const endsAt = performance.now() + context.scale(20_000, 400_000);
    const isOver = () => stage.workload.log.acked >= messages || performance.now() > endsAt;
    const racing = [...room.members].map((person, index) => race(stage, room, person, index, isOver));
    const done = (await Promise.all(racing)).reduce((sum, count) => sum + count, 0);
    const { clients } = stage.workload;
    const inversions = clients.flatMap(({ views }) => [...views.values()]).reduce((sum, view) => sum + view.inversions, 0);
    // A single process sends events in order. Events of several processes may overtake each other, and clients sort them by rev.
    const limit = context.mode === 'embedded' ? { limit: 0 } : {};
    const bars: Bar[] = [
      { name: 'messages', value: stage.workload.log.acked, limit: messages, atLeast: true },
      { name: 'changes', value: done, limit: 100, atLeast: true },
      { name: 'events out of order on one connection', value: inversions, ...limit },
      { name: 'receipts received', value: stage.workload.receipts.received },
    ];
    return stage.finish(bars, () => counterBars(stage));
  },
};

async function race(stage: Stage, room: Room, person: Person, index: number, isOver: () => boolean): Promise<number> {
  const { workload, topology, context } = stage;
  const random = context.random.fork(`racer-${index}`);
  let done = 0;
  while (!isOver()) {
    await sleep(random.integer(50, 400));
    const seqs = workload.log.recentOf(person.userId);
    const head = Math.max(1, workload.log.headOf(room.id));
    const url = random.pick(topology.urls);
    const request = change(random, room, person, seqs.length === 0 ? undefined : random.pick(seqs), head);
    const answer = await call(url, request).catch(() => undefined);
    if (answer !== undefined && answer.status < 300) done += 1;
    noteReceipt(stage, room, person, answer?.body);
  }
  return done;
}

/** A random change that a member may make to its own message or cursors. */
function change(random: Random, room: Room, person: Person, own: number | undefined, head: number): Request {
  const base = `/v1/conversations/${room.id}`;
  const token = person.accessToken;
  const kind = random.next();
  if (own !== undefined && kind < 0.3) {
    return { method: 'PATCH', path: `${base}/messages/${own}`, token, body: { text: `edited ${random.integer(1, 1_000_000)}` } };
  }
  if (own !== undefined && kind < 0.4) return { method: 'DELETE', path: `${base}/messages/${own}`, token };
  if (kind < 0.6) {
    const path = `${base}/messages/${random.integer(1, head)}/reactions/${encodeURIComponent('👍')}`;
    return { method: random.chance(0.6) ? 'PUT' : 'DELETE', path, token };
  }
  const upTo = random.integer(1, head);
  return { method: 'PUT', path: `${base}/receipts`, token, body: random.chance(0.5) ? { deliveredSeq: upTo } : { readSeq: upTo } };
}

/** The answers about a member's own cursors must be in order too. */
function noteReceipt({ workload }: Stage, room: Room, person: Person, body: unknown): void {
  const [deliveredSeq, readSeq] = [fieldOf(body, ['deliveredSeq']), fieldOf(body, ['readSeq'])];
  if (typeof deliveredSeq !== 'number' || typeof readSeq !== 'number') return;
  workload.receipts.push({ observer: `${person.name} itself`, conversationId: room.id, userId: person.userId, deliveredSeq, readSeq });
}
