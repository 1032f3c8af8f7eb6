import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../../../database/database.js';
import { copyBytes, copyNull, copyText } from '../../../database/copy-line.js';
import { plainArray } from '../../../database/plain-array.js';
import { Applies, AppliesMany } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';

import { type MessageBody, messageBodies } from '../domain/message-bodies.js';
import { queueForSearch } from '../search/search-index.sql.js';
import {
  applyDeleted,
  applyEdited,
  applyHidden,
  applyPinned,
  applyReactionAdded,
  applyReactionRemoved,
  copyMessages,
  countOwn,
  insertMessages,
} from './apply.sql.js';
import { memberKey } from '#platform/member-key.js';

const createdBody = z.compile(messageBodies['message.created']);

/**
 * As many are taken by COPY, which has a round trip more. It refuses a message that is there already; a batch that it refuses is divided
 * until its parts are small, and those pass such a message over.
 */
const copyFrom = 50;

/** Brings this module's entries into storage, on whichever process persists them. */
@Injectable()
export class MessageAppliers {
  @AppliesMany('message.created')
  async insertCreated(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length < copyFrom) await tx.prepared('insert_messages', insertMessages, [JSON.stringify(entries.map(toRow))]);
    else await copyCreated(tx, entries);
    await tx.prepared('queue_for_search', queueForSearch, [plainArray([...new Set(entries.map((entry) => entry.conversationId))])]);
  }

  @Applies('message.edited', messageBodies['message.edited'])
  async edit(tx: Transaction, entry: LogEntry, body: MessageBody<'message.edited'>): Promise<void> {
    await tx.query(applyEdited, [...place(entry, body.seq), entry.at, body.text]);
    await tx.query(queueForSearch, [[entry.conversationId]]);
  }

  @Applies('message.deleted', messageBodies['message.deleted'])
  async delete(tx: Transaction, entry: LogEntry, body: MessageBody<'message.deleted'>): Promise<void> {
    await tx.query(applyDeleted, [...place(entry, body.seq), entry.at]);
    await tx.query(queueForSearch, [[entry.conversationId]]);
  }

  @Applies('message.hidden', messageBodies['message.hidden'])
  async hide(tx: Transaction, entry: LogEntry, body: MessageBody<'message.hidden'>): Promise<void> {
    await tx.query(applyHidden, [...place(entry, body.seq), entry.at, entry.actorId]);
  }

  @Applies('reaction.added', messageBodies['reaction.added'])
  async addReaction(tx: Transaction, entry: LogEntry, body: MessageBody<'reaction.added'>): Promise<void> {
    await tx.query(applyReactionAdded, [...place(entry, body.seq), entry.at, entry.actorId, body.emoji]);
  }

  @Applies('reaction.removed', messageBodies['reaction.removed'])
  async removeReaction(tx: Transaction, entry: LogEntry, body: MessageBody<'reaction.removed'>): Promise<void> {
    await tx.query(applyReactionRemoved, [...place(entry, body.seq), entry.actorId, body.emoji]);
  }

  @Applies('message.pinned', messageBodies['message.pinned'])
  async pin(tx: Transaction, entry: LogEntry, body: MessageBody<'message.pinned'>): Promise<void> {
    await tx.query(applyPinned, [...place(entry, body.seq), entry.at]);
  }

  @Applies('message.unpinned', messageBodies['message.unpinned'])
  async unpin(tx: Transaction, entry: LogEntry, body: MessageBody<'message.unpinned'>): Promise<void> {
    await tx.query(applyPinned, [...place(entry, body.seq), null]);
  }
}

function place(entry: LogEntry, seq: number): unknown[] {
  return [entry.conversationId, seq, entry.rev];
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

async function copyCreated(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
  await tx.copy(copyMessages, entries.map(toLine).join(''));
  const own = new Map<
    string,
    { readonly conversation: string; readonly sender: string; readonly first: number; last: number; count: number }
  >();
  for (const { conversationId, actorId, seq } of entries) {
    if (seq === null) continue;
    const key = memberKey(conversationId, actorId);
    const known = own.get(key);
    if (known === undefined) own.set(key, { conversation: conversationId, sender: actorId, first: seq, last: seq, count: 1 });
    else {
      known.last = seq;
      known.count += 1;
    }
  }
  const all = [...own.values()];
  await tx.prepared('count_own', countOwn, [
    plainArray(all.map(({ conversation }) => conversation)),
    plainArray(all.map(({ sender }) => sender)),
    plainArray(all.map(({ first }) => first)),
    plainArray(all.map(({ last }) => last)),
    plainArray(all.map(({ count }) => count)),
  ]);
}

/** A message as a line of `copyMessages`. */
function toLine({ conversationId, seq, rev, clientId, actorId, bodyHash, at, body }: LogEntry): string {
  const { id, text, replyTo, mentions, metadata } = createdBody.parse(body);
  const hash = bodyHash === null ? copyNull : copyBytes(bodyHash);
  const values = [copyText(text), replyTo ?? copyNull, plainArray(mentions), copyText(JSON.stringify(metadata)), at.toISOString()];
  return `${conversationId}\t${seq ?? copyNull}\t${rev}\t${id}\t${clientId ?? copyNull}\t${actorId}\t${hash}\t${values.join('\t')}\n`;
}
