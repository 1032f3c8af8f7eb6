import type { ParleyProcess } from '../processes/parley-process.js';
import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { call, listOf, NoAnswerError, numberOf, textOf } from '../workload/api-client.js';
import type { OpenOperation } from '../workload/operation-log.js';
import type { Room } from '../workload/people.js';
import { faultPointEnv } from './kill-points.js';
import type { Row } from './row.js';

const batchSize = 3;
const commitPoints = ['commit.before', 'commit.inside'] as const;
type CommitPoint = (typeof commitPoints)[number];

/** One sender, one call at a time, no retries: an unacknowledged batch is stored as a whole or not at all, and never before the commit. */
export const killDuringCommit: Row = {
  id: 'F03',
  name: 'kill-during-commit',
  title: 'SIGKILL at commit.before and commit.inside, no retries',
  expect: 'commit.before: nothing stored; commit.inside: the batch whole or not at all; aborted reads 0',
  modes: ['embedded', 'cluster'],
  async run(context) {
    // Each node has its own sender, so that one node can die while another restarts.
    const conversations = context.mode === 'cluster' ? 2 : 1;
    const load = { senders: 0, receivers: 6, conversations, roomsPerReceiver: 1, hasCanary: false };
    const stage = await Stage.open(context, { name: this.name, load });
    const unanswered: Record<CommitPoint, OpenOperation[][]> = { 'commit.before': [], 'commit.inside': [] };
    const nodes = stage.topology.api;
    await Promise.all(
      nodes.map(async (node, index) => {
        const room = stage.workload.rooms[index];
        if (room === undefined) return;
        for (let turn = 0; turn < context.scale(2, 50) / nodes.length; turn += 1)
          for (const point of commitPoints) unanswered[point].push(...(await dieWhileSending(stage, node, room, point)));
        await node.start();
      }),
    );
    const [before, inside] = [unanswered['commit.before'], unanswered['commit.inside']];
    return stage.finish([{ name: 'unanswered batches', value: before.length + inside.length, limit: 2, atLeast: true }], async () => {
      const tokens = await stage.storedTokens();
      const present = (batch: readonly OpenOperation[]) => batch.filter(({ token }) => tokens.has(token)).length;
      return [
        { name: 'stored at commit.before', value: before.filter((batch) => present(batch) > 0).length, limit: 0 },
        { name: 'stored at commit.inside (either is right)', value: inside.filter((batch) => present(batch) === batchSize).length },
        { name: 'torn batches', value: [...before, ...inside].filter((batch) => present(batch) % batchSize !== 0).length, limit: 0 },
      ];
    });
  },
};

/** Starts the node with a fault point and sends to it until it dies. Returns the batches that were not answered. */
async function dieWhileSending(stage: Stage, node: ParleyProcess, room: Room, point: CommitPoint): Promise<OpenOperation[][]> {
  const { random } = stage.context;
  const wasRunning = node.isRunning;
  await node.kill();
  await node.start({ env: faultPointEnv(point, random.integer(2, 8), point === 'commit.inside' ? random.next() * 4 : 0) });
  stage.kills += wasRunning ? 2 : 1;
  while (node.isRunning) {
    const batch = await sendBatch(stage, node.url, room);
    if (batch === undefined) continue;
    await becomesTrue(() => !node.isRunning, 2000, 5);
    return [batch];
  }
  return [];
}

/** Sends a batch once. Returns the batch if it was not answered. */
async function sendBatch({ workload, context }: Stage, url: string, room: Room): Promise<OpenOperation[] | undefined> {
  const [person] = room.members;
  if (person === undefined) throw new Error('there is no conversation');
  const batch = Array.from({ length: batchSize }, () => workload.log.open(room.id, person.userId, context.random));
  const body = { messages: batch.map(({ clientId, token }) => ({ clientId, text: `${token} of a batch` })) };
  const asked = { node: url, via: 'rest', askedAt: performance.now() } as const;
  try {
    const path = `/v1/conversations/${room.id}/messages/batch`;
    const answer = await call(url, { method: 'POST', path, token: person.accessToken, body });
    const items = listOf(answer.body, 'items');
    for (const [index, operation] of batch.entries()) {
      const isAcked = answer.status === 201;
      const numbers = isAcked ? { seq: numberOf(items[index], 'seq'), id: textOf(items[index], 'id') } : { code: String(answer.status) };
      workload.log.close(operation, { ...asked, endedAt: performance.now(), outcome: isAcked ? 'acked' : 'unknown', ...numbers });
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    for (const operation of batch)
      workload.log.close(operation, { ...asked, endedAt: performance.now(), outcome: 'unknown', code: error.message });
    return batch;
  }
}
