import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { MemoryWatch, slowestBar } from './measures.js';
import type { Bar, Row } from './row.js';

const youngMs = 70_000;

/** Postgres is away for minutes. In embedded mode sends are refused at once; in cluster mode they go on until the limit. */
export const stopPostgres: Row = {
  id: 'F12',
  name: 'stop-postgres',
  title: 'Postgres stopped 180 s under load (10 s with --quick)',
  expect: '503 with Retry-After <= 2 s (embedded) or acks (cluster), RSS < +100 MB, sockets stay, drain <= 60 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { timelessShare: 0 } });
    // A log that has just begun asks Postgres about every client id that may be older than it, clocks that differ included.
    if (stage.redis !== undefined) await stage.calm(Math.max(0, stage.redis.remembersSince + youngMs - performance.now()));
    const { postgres } = context.environment;
    const { attempts } = stage.workload.log;
    const connectionsBefore = reconnects(stage);
    const memory = new MemoryWatch(stage);
    const first = attempts.length;
    const shownBefore = shown(stage);
    await postgres.stop();
    await stage.calm(context.scale(10_000, 180_000));
    const during = attempts.slice(first);
    const bars: Bar[] = [memory.stop(100), slowestBar(during, context.mode === 'embedded' ? 2 : 3)];
    bars.push({ name: 'sockets lost', value: reconnects(stage) - connectionsBefore, limit: 0 });
    const acked = during.filter(({ outcome }) => outcome === 'acked').length;
    bars.push({ name: 'acks during the outage', value: acked, ...(context.mode === 'cluster' ? { limit: 1, atLeast: true } : {}) });
    bars.push({
      name: 'shown to members meanwhile',
      value: shown(stage) - shownBefore,
      ...(context.mode === 'cluster' ? { limit: acked, atLeast: true } : {}),
    });
    bars.push({ name: 'overloaded', value: during.filter(({ code }) => code === 'overloaded').length });
    const recovery = await stage.strike(() => postgres.start(), { fromHeal: true });
    return stage.finish([...bars, { name: 'recovery', value: seconds(recovery), unit: 's', limit: 10 }], () => [
      { name: 'drained', value: seconds(stage.drainedInMs), unit: 's', limit: 60 },
    ]);
  },
};

/** Messages that all members together have been shown. */
function shown({ workload }: Stage): number {
  return workload.clients.flatMap(({ views }) => [...views.values()]).reduce((sum, view) => sum + view.shown.length, 0);
}

function reconnects(stage: Stage): number {
  return stage.workload.clients.reduce((count, client) => count + client.connections, 0);
}
