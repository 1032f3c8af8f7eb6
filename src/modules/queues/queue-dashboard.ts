import { createBullBoard } from '@bull-board/api';
import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Injectable } from '@nestjs/common';
import type { FastifyPluginCallback } from 'fastify';
import { queueNames } from './job-types.js';
import { Queues } from './queues.js';

/** The queue dashboard. It checks no credentials: the code that registers its plugin must guard every path below it. */
@Injectable()
export class QueueDashboard {
  constructor(private readonly queues: Queues) {}

  /** A Fastify plugin that serves the dashboard and its API. Register it with `basePath` as its prefix. */
  plugin(basePath: string): FastifyPluginCallback {
    const server = new FastifyAdapter().setBasePath(basePath);
    createBullBoard({
      queues: queueNames.map((name) => adapterOf(this.queues.get(name))),
      serverAdapter: server,
      options: { uiConfig: { boardTitle: 'Parley queues', locale: { lng: 'en' } } },
    });
    return server.registerPlugin();
  }
}

/** The adapter's types know BullMQ's Redis backend only, but its code works with any backend. */
function adapterOf(queue: object): BaseAdapter {
  return Reflect.construct(BullMQAdapter, [queue]);
}
