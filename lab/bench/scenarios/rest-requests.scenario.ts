import { randomUUID } from 'node:crypto';
import type { Contender, Scenario } from '../scenario.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { runHttpLoop } from '../generator/http-loop.js';
import { inParallel } from '../../support/in-parallel.js';
import { ParleyServer } from '../servers/parley-server.js';
import { startReference } from '../servers/reference-server.js';
import { untilBacklogEmpty } from '../servers/server-metrics.js';

const connections = 64;

const fastify: Contender = {
  name: names.fastify,
  async open(options, defer) {
    const server = await startReference('bare-fastify');
    defer(() => server.stop());
    const posters = Array.from({ length: connections }, () => ({ conversationId: randomUUID(), token: 'none' }));
    return () => runHttpLoop(server.url, posters, options);
  },
};

const parley: Contender = {
  name: names.embedded,
  async open(options, defer) {
    const server = await ParleyServer.start({ profileFolder: options.profileFolder });
    defer(() => server.stop());
    const posters = await inParallel(Array.from({ length: connections }), async () => {
      const [one, other] = [await server.api.createUser(), await server.api.createUser()];
      return { conversationId: await server.api.createDirect(one, other), token: one.token };
    });
    return async () => {
      const figures = await runHttpLoop(server.url, posters, options);
      await untilBacklogEmpty(server.url);
      return figures;
    };
  },
};

/** Sends over REST. */
export const scenario: Scenario = {
  id: 'W9',
  summary: `REST sends on ${connections} keep-alive connections, one in flight on each: requests per second`,
  mainFigure: 'requestsPerSecond',
  reference: names.fastify,
  uncountedRounds: 1,
  columns: [
    { figure: 'requestsPerSecond', title: 'requests/s', digits: 0 },
    { figure: 'answerP50Ms', title: 'p50 ms', digits: 2 },
    { figure: 'answerP99Ms', title: 'p99 ms', digits: 2 },
    { figure: 'generatorBusy', title: 'generator busy', digits: 2 },
  ],
  contenders: [fastify, parley],
  bar: ratioAtLeast(0.4, names.fastify),
  stretchGoal: ratioAtLeast(0.6, names.fastify),
};
