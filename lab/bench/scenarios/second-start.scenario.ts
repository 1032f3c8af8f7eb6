import type { Scenario } from '../scenario.js';
import { figuresAtMost, names } from '../report/goals.js';
import { ParleyServer } from '../servers/parley-server.js';
import { startReference } from '../servers/reference-server.js';

/** The start time of a server on existing data. */
export const scenario: Scenario = {
  id: 'W12',
  summary: 'second start on the same data until ready, embedded Postgres included',
  mainFigure: 'readyMs',
  isLessBetter: true,
  reference: names.fastify,
  columns: [
    { figure: 'readyMs', title: 'ready after ms', digits: 0 },
    { figure: 'firstMs', title: 'first start ms', digits: 0 },
  ],
  contenders: [
    {
      name: names.fastify,
      open: () =>
        Promise.resolve(async () => {
          const startedAt = performance.now();
          const server = await startReference('bare-fastify');
          const readyMs = performance.now() - startedAt;
          await server.stop();
          return { readyMs };
        }),
    },
    {
      name: names.embedded,
      async open(_, defer) {
        const startedAt = performance.now();
        const server = await ParleyServer.start();
        const firstMs = performance.now() - startedAt;
        defer(() => server.stop());
        return async () => ({ readyMs: await server.restart(), firstMs });
      },
    },
  ],
  bar: figuresAtMost('<= 3 s', { readyMs: 3000 }),
  stretchGoal: figuresAtMost('<= 1.5 s', { readyMs: 1500 }),
};
