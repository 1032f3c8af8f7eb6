import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { MemoryWatch, slowestBar } from './measures.js';
import type { Bar, Row } from './row.js';

const youngMs = 70_000;

/** Postgres is away for minutes. In embedded mode sends are refused immediately; in cluster mode they continue up to the limit. */
export const stopPostgres: Row = {
  id: 'F12',
  name: 'stop-postgres',
  title: 'Postgres stopped 180 s under load (10 s with --quick)',
  expect: '503 with Retry-After <= 2 s (embedded) or acks (cluster), RSS < +100 MB, sockets stay, drain <= 60 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { timelessShare: 0 } });
    // A new log looks up client ids in Postgres that may be older than the log; clocks that differ are allowed for.
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
      name: 'shown to members during the outage',
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

/** The number of messages shown, summed over all members. */
function shown({ workload }: Stage): number {
  return workload.clients.flatMap(({ views }) => [...views.values()]).reduce((sum, view) => sum + view.shown.length, 0);
}

function reconnects(stage: Stage): number {
  return stage.workload.clients.reduce((count, client) => count + client.connections, 0);
}
