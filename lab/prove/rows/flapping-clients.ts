import { Stage } from '../stage.js';
import type { Row } from './row.js';

/** Clients with unstable connections still see every message. */
export const flappingClients: Row = {
  id: 'F27',
  name: 'flapping-clients',
  title: '200 clients flap every 1-5 s through a 60 s broadcast (60 clients, 15 s with --quick)',
  expect: 'identical logs',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const receivers = context.scale(60, 200);
    const load = { senders: 4, receivers, conversations: 1, ratePerSecond: 20, roomsPerReceiver: 1 };
    const stage = await Stage.open(context, { name: this.name, load });
    const flapping = stage.workload.clients.filter(({ person }) => person.name.startsWith('receiver'));
    const endsAt = performance.now() + context.scale(10_000, 60_000);
    await Promise.all(
      flapping.map(async (client) => {
        const random = context.random.fork(client.person.name);
        while (performance.now() < endsAt) {
          await stage.calm(random.integer(1000, 5000));
          client.cut();
        }
      }),
    );
    return stage.finish([
      { name: 'cuts', value: flapping.reduce((sum, { absencesMs }) => sum + absencesMs.length, 0), limit: receivers, atLeast: true },
    ]);
  },
};
