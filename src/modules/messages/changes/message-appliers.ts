import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../../../database/database.js';
import { plainArray } from '../../../database/plain-array.js';
import type { LogEntry } from '../../log/draft.js';
import { EntryAppliers } from '../../log/entry-appliers.js';
import { messageBodies, type MessageEntryKind } from '../domain/message-bodies.js';
import { queueForSearch } from '../search/search-index.sql.js';
import {
  applyDeleted,
  applyEdited,
  applyHidden,
  applyPinned,
  applyReactionAdded,
  applyReactionRemoved,
  insertMessages,
} from './apply.sql.js';

type Apply<B> = (tx: Transaction, entry: LogEntry, body: B) => Promise<unknown>;

const createdBody = z.compile(messageBodies['message.created']);

/** Brings this module's entries into storage, on whichever process persists them. */
@Injectable()
export class MessageAppliers implements OnModuleInit {
  constructor(private readonly appliers: EntryAppliers) {}

  onModuleInit(): void {
    this.appliers.registerMany('message.created', insertCreated);
    this.register('message.edited', messageBodies['message.edited'], async (tx, entry, body) => {
      await tx.query(applyEdited, [...place(entry, body.seq), entry.at, body.text]);
      await tx.query(queueForSearch, [[entry.conversationId]]);
    });
    this.register('message.deleted', messageBodies['message.deleted'], async (tx, entry, body) => {
      await tx.query(applyDeleted, [...place(entry, body.seq), entry.at]);
      await tx.query(queueForSearch, [[entry.conversationId]]);
    });
    this.register('message.hidden', messageBodies['message.hidden'], (tx, entry, body) =>
      tx.query(applyHidden, [...place(entry, body.seq), entry.at, entry.actorId]),
    );
    this.register('reaction.added', messageBodies['reaction.added'], (tx, entry, body) =>
      tx.query(applyReactionAdded, [...place(entry, body.seq), entry.at, entry.actorId, body.emoji]),
    );
    this.register('reaction.removed', messageBodies['reaction.removed'], (tx, entry, body) =>
      tx.query(applyReactionRemoved, [...place(entry, body.seq), entry.actorId, body.emoji]),
    );
    this.register('message.pinned', messageBodies['message.pinned'], (tx, entry, body) =>
      tx.query(applyPinned, [...place(entry, body.seq), entry.at]),
    );
    this.register('message.unpinned', messageBodies['message.unpinned'], (tx, entry, body) =>
      tx.query(applyPinned, [...place(entry, body.seq), null]),
    );
  }

  private register<S extends z.ZodType>(kind: MessageEntryKind, schema: S, apply: Apply<z.output<S>>): void {
    this.appliers.register(kind, async (tx, entry) => {
      await apply(tx, entry, schema.parse(entry.body));
    });
  }
}

function place(entry: LogEntry, seq: number): unknown[] {
  return [entry.conversationId, seq, entry.rev];
}

async function insertCreated(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
  await tx.prepared('insert_messages', insertMessages, [JSON.stringify(entries.map(toRow))]);
  await tx.prepared('queue_for_search', queueForSearch, [plainArray([...new Set(entries.map((entry) => entry.conversationId))])]);
}

/** A message in the words of `insertMessages`. What is undefined is left out. */
function toRow({ conversationId, seq, rev, clientId, actorId, bodyHash, at, body }: LogEntry): object {
  const { id, text, replyTo, mentions, metadata } = createdBody.parse(body);
  return {
    conversation: conversationId,
    seq,
    rev,
    id,
    client: clientId,
    sender: actorId,
    hash: bodyHash?.toString('base64'),
    text,
    reply: replyTo ?? undefined,
    mentions: mentions.length === 0 ? undefined : mentions,
    metadata,
    at,
  };
}
