import { Stage } from '../stage.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import type { ChatClient } from '../workload/chat-client.js';
import { makePeople, makeRoom } from '../workload/people.js';
import { deliver, SocketDoor } from '../workload/sender.js';
import { rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

const connectRetrierMs = 20_000;

/** Clients send a message and lose their connection before the ack arrives, like a phone in a tunnel. */
export const cutClientBeforeAck: Row = {
  id: 'F25',
  name: 'cut-client-before-ack',
  title: 'client link cut between send and ack, 100 clients x 100 (40 x 10 with --quick)',
  expect: 'the retry stores once',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { senders: 10, receivers: 20, conversations: 5, ratePerSecond: 50 } });
    const clients = await joinClients(stage, context.scale(40, 100));
    const cuts = context.scale(10, 100);
    await Promise.all(clients.map((client) => sendAndCut(stage, client, cuts)));
    const bars = [{ name: 'cuts', value: clients.length * cuts }];
    return stage.finish(bars, async () => [
      await rowsPerKeyBar(stage),
      { name: 'acknowledged by a retry', value: acknowledgedLater(stage) },
    ]);
  },
};

async function joinClients(stage: Stage, count: number): Promise<ChatClient[]> {
  const { workload, topology } = stage;
  const people = await makePeople(
    topology.urls,
    Array.from({ length: count }, (_, index) => `phone-${index}`),
  );
  const room = await makeRoom(topology.urls, 'tunnel', people);
  workload.rooms.push(room);
  const clients = people.map((person, index) => workload.client(person, [room.id], index));
  for (const client of clients) client.start();
  if (!(await becomesTrue(() => clients.every(({ ready }) => ready), connectRetrierMs))) throw new Error('the clients could not connect');
  return clients;
}

async function sendAndCut({ workload, context }: Stage, client: ChatClient, cuts: number): Promise<void> {
  const random = context.random.fork(client.person.name);
  const door = new SocketDoor(client, workload.load.retry.attemptTimeoutMs);
  const [conversationId = ''] = client.views.keys();
  for (let cut = 0; cut < cuts; cut += 1) {
    if (!(await becomesTrue(() => client.ready, connectRetrierMs, 5))) return;
    const operation = workload.log.open(conversationId, client.person.userId, random);
    const sending = deliver(workload.log, operation, door, { ...workload.load.retry, random, text: `${operation.token} from a tunnel` });
    await sleep(random.next() * 6);
    client.cut();
    await sending;
  }
}

function acknowledgedLater({ workload }: Stage): number {
  return [...workload.log.operations()].filter(({ attempts }) => attempts.length > 1 && attempts.at(-1)?.outcome === 'acked').length;
}
