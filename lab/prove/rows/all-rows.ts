import { killApiNode } from './kill-api-node.js';
import { killAfterCommit } from './kill-after-commit.js';
import { killDuringCommit } from './kill-during-commit.js';
import { killWorker } from './kill-worker.js';
import { killDuringPersistence } from './kill-during-persistence.js';
import { freezeWorker } from './freeze-worker.js';
import { killRedis } from './kill-redis.js';
import { redisPowerLoss } from './redis-power-loss.js';
import { redisPowerLossEverysec } from './redis-power-loss-everysec.js';
import { flushRedis } from './flush-redis.js';
import { killPostgres } from './kill-postgres.js';
import { stopPostgres } from './stop-postgres.js';
import { killEverything } from './kill-everything.js';
import { rollingRestart } from './rolling-restart.js';
import { freezeApiNode } from './freeze-api-node.js';
import { freezeRedis } from './freeze-redis.js';
import { freezePostgres } from './freeze-postgres.js';
import { slowStores } from './slow-stores.js';
import { blockWorkerEventLoop } from './block-worker-event-loop.js';
import { isolateApiNodeFromRedis } from './isolate-api-node-from-redis.js';
import { halfOpenRedisConnections } from './half-open-redis-connections.js';
import { deadWorkerConnections } from './dead-worker-connections.js';
import { loseStoreReplies } from './lose-store-replies.js';
import { cutClientBeforeAck } from './cut-client-before-ack.js';
import { repeatSameMessage } from './repeat-same-message.js';
import { flappingClients } from './flapping-clients.js';
import { epochFlipStorm } from './epoch-flip-storm.js';
import { reconnectStorm } from './reconnect-storm.js';
import { slowReaders } from './slow-readers.js';
import { racingChanges } from './racing-changes.js';
import { fillRedis } from './fill-redis.js';
import { fillDisk } from './fill-disk.js';
import { deadlyEntries } from './deadly-entries.js';
import { poisonEntries } from './poison-entries.js';
import { exceedMemoryLimit } from './exceed-memory-limit.js';
import { exhaustFileHandles } from './exhaust-file-handles.js';
import { soak } from './soak.js';
import type { Row } from './row.js';

/** All rows in the order of their ids, except F12, which needs a Redis that has been running for a minute. */
export const allRows: readonly Row[] = [
  killApiNode,
  killAfterCommit,
  killDuringCommit,
  killWorker,
  killDuringPersistence,
  freezeWorker,
  stopPostgres,
  killRedis,
  redisPowerLoss,
  redisPowerLossEverysec,
  flushRedis,
  killPostgres,
  killEverything,
  rollingRestart,
  freezeApiNode,
  freezeRedis,
  freezePostgres,
  slowStores,
  blockWorkerEventLoop,
  isolateApiNodeFromRedis,
  halfOpenRedisConnections,
  deadWorkerConnections,
  loseStoreReplies,
  cutClientBeforeAck,
  repeatSameMessage,
  flappingClients,
  epochFlipStorm,
  reconnectStorm,
  slowReaders,
  racingChanges,
  fillRedis,
  fillDisk,
  poisonEntries,
  deadlyEntries,
  exhaustFileHandles,
  exceedMemoryLimit,
  soak,
];
