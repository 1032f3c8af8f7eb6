import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { ClientId, type ConversationId } from '../../../contracts/primitives.js';
import { rawPostgres, type Batches } from '../references/raw-postgres.js';
import type { BenchOptions, Contender, Figures, Scenario } from '../scenario.js';
import { sized } from '../users/crowds.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { inParallel } from '../../support/in-parallel.js';
import { ParleyCluster } from '../servers/parley-cluster.js';
import type { ParleyApi } from '../users/parley-api.js';
import { text200 } from '../generator/send-frame.js';
import { persistedRows, readBacklog } from '../servers/server-metrics.js';
import { clusterMissing } from '../servers/stores.js';

const messages = 500_000;
const quickMessages = 50_000;
/** The maximum size of a REST batch. */
const perConversation = 500;
const pollMs = 50;
const drainTimeoutMs = 300_000;
const unnest = 'raw unnest';

/** A conversation and the token of its sender. */
interface Sender {
  readonly conversationId: ConversationId;
  readonly token: string;
}

const sizeOf = (options: BenchOptions): Batches => ({
  conversations: Math.ceil(sized(options, messages, quickMessages) / perConversation),
  perConversation,
});

const cluster: Contender = {
  name: names.cluster,
  missing: clusterMissing,
  async open(options, defer) {
    const environment = { BACKLOG_ENTRIES_MAX: '2000000' };
    const started = await ParleyCluster.start({ nodes: 1, workers: 0, environment, profileFolder: options.profileFolder });
    defer(() => started.stop());
    const { api } = started;
    const senders = await inParallel(Array.from({ length: sizeOf(options).conversations }), async (): Promise<Sender> => {
      const [one, other] = [await api.createUser(), await api.createUser()];
      return { conversationId: await api.createDirect(one, other), token: one.token };
    });
    return async () => {
      await inParallel(senders, (sender) => fillConversation(api, sender));
      const figures = await drain(started);
      await started.stopWorkers();
      return figures;
    };
  },
};

/** The speed at which a worker catches up after an outage. */
export const scenario: Scenario = {
  id: 'W6',
  summary: `one worker drains a backlog of ${messages} messages (${quickMessages} when quick): rows per second`,
  mainFigure: 'rowsPerSecond',
  reference: unnest,
  roundsMax: 3,
  quickRounds: 1,
  columns: [
    { figure: 'rows', title: 'rows', digits: 0 },
    { figure: 'rowsPerSecond', title: 'rows/s', digits: 0 },
    { figure: 'drainMs', title: 'drained in ms', digits: 0 },
  ],
  contenders: [rawPostgres('unnest', sizeOf), rawPostgres('COPY', sizeOf), cluster],
  bar: ratioAtLeast(0.4, unnest, names.cluster),
  stretchGoal: ratioAtLeast(0.7, unnest, names.cluster),
};

async function fillConversation(api: ParleyApi, { conversationId, token }: Sender): Promise<void> {
  const drafts = Array.from({ length: perConversation }, () => ({ clientId: ClientId.parse(uuidv7()), text: text200 }));
  await api.rest.call('message.sendBatch', { token, params: { conversationId }, body: { messages: drafts } });
}

/** Starts a worker and measures from its first rows until the backlog is empty, so that its start does not count. */
async function drain(started: ParleyCluster): Promise<Figures> {
  const [url = ''] = started.urls;
  const waiting = (await readBacklog(url)).entries;
  const worker = await started.startWorker();
  const deadline = performance.now() + drainTimeoutMs;
  let first: { readonly at: number; readonly rows: number } | undefined;
  while (performance.now() < deadline) {
    const rows = await persistedRows(worker.url);
    if (rows > 0) first ??= { at: performance.now(), rows };
    if (first !== undefined && rows >= waiting && (await readBacklog(url)).entries === 0) {
      const drainMs = performance.now() - first.at;
      return { rows, drainMs, rowsPerSecond: (1000 * (rows - first.rows)) / drainMs };
    }
    await sleep(pollMs);
  }
  throw new Error(`the backlog was not drained within ${drainTimeoutMs / 1000} s`);
}
