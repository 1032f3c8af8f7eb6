import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { metrics } from '#platform/metrics.js';
import { SIBLINGS, type Siblings } from '#platform/siblings/siblings.js';
import { ConversationLog } from '../log/conversation-log.js';
import { QueueStats, type QueueCounts } from '../queues/queue-stats.js';
import { Rooms } from '../realtime/rooms.js';

const queueStates = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;

/** Registers the gauges that are read each time the metrics are rendered. */
@Injectable()
export class Gauges implements OnModuleInit {
  constructor(
    private readonly queues: QueueStats,
    private readonly log: ConversationLog,
    private readonly rooms: Rooms,
    @Inject(SIBLINGS) private readonly siblings: Siblings | null,
  ) {}

  onModuleInit(): void {
    metrics.watchProcess();
    this.siblings?.provideMetrics(() => metrics.readValues());
    this.addQueues();
    this.addBacklog();
    metrics.addGauge({ name: 'parley_sockets', help: 'Open sockets on this node', read: () => [{ value: this.rooms.countSockets() }] });
    metrics.addGauge({
      name: 'parley_users_online',
      help: 'Users with an open socket on this node',
      read: () => [{ value: this.rooms.countUsers() }],
    });
  }

  private addQueues(): void {
    const read = shared(() => this.queues.readCounts());
    metrics.addGauge({
      name: 'parley_queue_jobs',
      help: 'Jobs by queue and state',
      labels: ['queue', 'state'],
      isShared: true,
      read: async () => (await read()).flatMap(jobsByState),
    });
    metrics.addGauge({
      name: 'parley_queue_oldest_waiting_seconds',
      help: 'Seconds since the job that waits longest was added; 0 when none waits',
      labels: ['queue'],
      isShared: true,
      read: async () => (await read()).map((queue) => ({ labels: { queue: queue.name }, value: queue.oldestWaitingMs / 1000 })),
    });
  }

  private addBacklog(): void {
    const read = shared(() => this.log.backlog());
    metrics.addGauge({
      name: 'parley_backlog_entries',
      help: 'Acknowledged log entries that wait to be persisted',
      isShared: true,
      read: async () => [{ value: (await read()).entries }],
    });
    metrics.addGauge({
      name: 'parley_backlog_oldest_seconds',
      help: 'Seconds since the oldest entry that waits to be persisted was committed; 0 when none waits',
      isShared: true,
      read: async () => [{ value: ageSeconds((await read()).oldestAt) }],
    });
  }
}

function jobsByState(queue: QueueCounts) {
  return queueStates.map((state) => ({ labels: { queue: queue.name, state }, value: queue[state] }));
}

function ageSeconds(at: Date | null): number {
  return at === null ? 0 : Math.max(0, (clock.now() - at.getTime()) / 1000);
}

/** Lets gauges that are read at the same time share one query. */
function shared<T>(query: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= query().finally(() => {
      running = undefined;
    });
    return running;
  };
}
