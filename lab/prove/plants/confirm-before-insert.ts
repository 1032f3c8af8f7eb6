import type { ConversationLog } from '../../../src/modules/log/conversation-log.js';
import type { LogEntry } from '../../../src/modules/log/draft.js';

/**
 * A planted bug, loaded into a server with `node --import`: the worker settles a batch in the log before it inserts the batch
 * into the tables. The checker must find it.
 */
const insertDelayMs = 40;

interface Consumer {
  readonly log: ConversationLog;
  readonly persist: { execute(entries: readonly LogEntry[]): Promise<unknown> };
}

// The worker is private to its module; only a planted bug may import it by its path.
const file = new URL('../../../src/modules/messages/workers/persistence.consumer.js', import.meta.url);
const loaded: { PersistenceConsumer: { prototype: object } } = await import(file.href);

Reflect.set(loaded.PersistenceConsumer.prototype, 'perform', async function planted(this: Consumer, { shard }: { shard: number }) {
  for (let entries = await this.log.outbox(shard, 1000); entries.length > 0; entries = await this.log.outbox(shard, 1000)) {
    await this.log.settle(entries);
    await new Promise((resolve) => setTimeout(resolve, insertDelayMs));
    await this.persist.execute(entries);
  }
});
