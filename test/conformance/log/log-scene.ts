import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ClientId, ConversationId, MessageId, UserId } from '#contracts/primitives.js';
import type { Database } from '../../../src/database/database.js';
import { Applies } from '../../../src/modules/log/applies.js';
import { ApplyEntries } from '../../../src/modules/log/apply-entries.js';
import type { CommitOutcome, ConversationLog } from '../../../src/modules/log/conversation-log.js';
import { changeDraft, type Draft, type LogEntry } from '../../../src/modules/log/draft.js';
import { EntryAppliers } from '../../../src/modules/log/entry-appliers.js';
import { DeleteMessageApplier } from '../../../src/modules/messages/changes/delete-message.js';
import { EditMessageApplier } from '../../../src/modules/messages/changes/edit-message.js';
import { CreatedMessagesApplier } from '../../../src/modules/messages/send/created-messages-applier.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { newId } from '#platform/ids.js';
import { itemAt } from '../../support/present.js';

/** The stores of one log, empty and used by a single test. */
export interface LogStore {
  /** Whether opening the log settles everything that is already stored, as a restart of the embedded log does. */
  readonly opensSettled?: boolean;
  readonly database: Database;
  /** Opens another instance of the log on these stores, as a second node does. */
  open(): Promise<ConversationLog>;
  /** Closes the stores and every instance. */
  close(): Promise<void>;
}

export type CreateLogStore = () => Promise<LogStore>;

/** The number of shards of the logs under test. */
export const shardCount = 4;
/** A kind of change whose applier has nothing to do. */
const changeKind = 'test.changed';

/** The body of kinds that exist only in tests. */
export const testBody = z.looseObject({});

class TestAppliers {
  @Applies(changeKind, testBody)
  async ignore(): Promise<void> {}
}

const messageAppliers = [new CreatedMessagesApplier(), new EditMessageApplier(), new DeleteMessageApplier()];

/** A log with conversations, and the worker's steps to persist them. */
export class LogScene {
  readonly applyEntries: ApplyEntries;

  private constructor(
    readonly store: LogStore,
    readonly log: ConversationLog,
    providers: readonly object[],
  ) {
    this.applyEntries = new ApplyEntries(appliersOf(...messageAppliers, new TestAppliers(), ...providers), log);
  }

  /** `providers` contribute `@Applies` methods for further kinds of entries. */
  static async create(createStore: CreateLogStore, ...providers: object[]): Promise<LogScene> {
    const store = await createStore();
    return new LogScene(store, await store.open(), providers);
  }

  get database(): Database {
    return this.store.database;
  }

  async conversation(): Promise<ConversationId> {
    const id = newId<ConversationId>();
    await insertConversation(this.database, id);
    return id;
  }

  /** Commits the drafts as one unit. */
  async commit(...drafts: Draft[]): Promise<CommitOutcome[]> {
    return itemAt(await this.log.commit([drafts]), 0);
  }

  /** Commits `count` new messages as one unit; returns their drafts. */
  async send(conversationId: ConversationId, count = 1): Promise<Draft[]> {
    const drafts = Array.from({ length: count }, (_, index) => message(conversationId, { text: `message ${index}` }));
    const outcomes = await this.commit(...drafts);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(drafts.map(() => 'committed'));
    return drafts;
  }

  /** The entries of all outboxes, shard by shard, as the workers read them. */
  async outboxes(limit = 10_000): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (let shard = 0; shard < this.log.shardCount; shard += 1) entries.push(...(await this.log.outbox(shard, limit)));
    return entries;
  }

  /** Applies the entries to storage without settling them. */
  async persist(entries: readonly LogEntry[]): Promise<void> {
    await this.database.transaction((tx) => this.applyEntries.apply(tx, entries));
  }

  /** Persists and settles every entry. */
  async drain(): Promise<LogEntry[]> {
    const entries = await this.outboxes();
    await this.persist(entries);
    await this.log.settle(entries);
    return entries;
  }
}

/** The appliers of these providers, discovered as in the application. */
export function appliersOf(...providers: readonly object[]): EntryAppliers {
  const appliers = new EntryAppliers(DecoratedMethods.of(...providers));
  appliers.onModuleInit();
  return appliers;
}

/** Inserts a conversation as it is just after its creation: no message, revision 1. */
export async function insertConversation(database: Database, id: ConversationId): Promise<void> {
  await database.query(
    `INSERT INTO conversations (id, type, visibility, policy, created_at, updated_at) VALUES ($1, 'group', 'private', '{}', now(), now())`,
    [id],
  );
}

export interface MessageOptions {
  readonly text?: string;
  readonly actorId?: UserId;
  readonly clientId?: ClientId;
  readonly replyTo?: number;
  readonly at?: Date;
}

/** A draft of a message. Its hash is derived from the text. */
export function message(conversationId: ConversationId, options: MessageOptions = {}): Draft {
  const { text = 'hello', replyTo = null } = options;
  return {
    conversationId,
    kind: 'message.created',
    actorId: options.actorId ?? newId<UserId>(),
    takesSeq: true,
    clientId: options.clientId ?? newId<ClientId>(),
    bodyHash: createHash('md5').update(text).digest(),
    replyTo,
    at: options.at ?? new Date(),
    body: { id: newId<MessageId>(), text, replyTo, mentions: [], metadata: {} },
  };
}

/** The same draft repeated, or its client id with another text. */
export function again(draft: Draft, text?: string): Draft {
  const bodyHash = text === undefined ? draft.bodyHash : createHash('md5').update(text).digest();
  return { ...draft, at: new Date(), bodyHash };
}

/** A draft of a change, which gets no `seq`. */
export function change(conversationId: ConversationId, actorId = newId<UserId>()): Draft {
  return changeDraft({ conversationId, kind: changeKind, actorId, at: new Date(), body: { note: 'ünï "c" \\ \n' } });
}

/** The revisions of the entries, for comparison. */
export function revs(entries: readonly LogEntry[]): number[] {
  return entries.map((entry) => entry.rev);
}

export function seqs(entries: readonly LogEntry[]): Array<number | null> {
  return entries.map((entry) => entry.seq);
}
