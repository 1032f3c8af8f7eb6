import { Stage } from '../stage.js';
import type { Attempt } from '../checker/history.js';
import type { OpenOperation } from '../workload/operation-log.js';
import { deliver, type Door } from '../workload/sender.js';
import { rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

const atOnce = 50;

/** The same message fifty times in parallel over REST and sockets of every node; also another text with a used client id. */
export const repeatSameMessage: Row = {
  id: 'F26',
  name: 'repeat-same-message',
  title: '10,000 repeats (2,000 with --quick): same key, 50 in parallel on all nodes; also same key, other body',
  expect: '1 row each; 50 equal answers; 409 for the other body',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { senders: 4, receivers: 8, conversations: 4, ratePerSecond: 20 } });
    const [room] = stage.workload.rooms;
    const [person] = room?.members ?? [];
    if (room === undefined || person === undefined) throw new Error('there is no conversation');
    const doors = stage.topology.urls.flatMap((_, index) => [
      stage.workload.door(person, 'rest', [], index),
      stage.workload.door(person, 'socket', [room.id], index),
    ]);
    for (const client of stage.workload.clients) if (!client.ready) client.start();
    let [unequal, conflicts] = [0, 0];
    const keys = context.scale(40, 200);
    for (let key = 0; key < keys; key += 1) {
      const operation = stage.workload.log.open(room.id, person.userId, context.random);
      const answers = await Promise.all(Array.from({ length: atOnce }, (_, index) => repeat(stage, operation, doorAt(doors, index))));
      const numbers = new Set(answers.map(({ outcome, seq, id }) => (outcome === 'acked' ? `${seq} ${id}` : 'none')));
      if (numbers.size !== 1 || numbers.has('none')) unequal += 1;
      const other = await doorAt(doors, key).send(operation, `${operation.token} other words`);
      if (other.code === 'message.clientIdConflict') conflicts += 1;
    }
    const bars = [
      { name: 'repeats', value: keys * atOnce },
      { name: 'keys with unequal answers', value: unequal, limit: 0 },
      { name: '409 for another body', value: conflicts, limit: keys, atLeast: true },
    ];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage)]);
  },
};

function repeat({ workload, context }: Stage, operation: OpenOperation, door: Door): Promise<Attempt> {
  const text = `${operation.token} repeated`;
  return deliver(workload.log, operation, door, { ...workload.load.retry, random: context.random, text });
}

function doorAt(doors: readonly Door[], index: number): Door {
  const door = doors[index % doors.length];
  if (door === undefined) throw new Error('there is no door');
  return door;
}
