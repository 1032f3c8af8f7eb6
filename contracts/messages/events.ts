import { event, type EventSpec, toMembers } from '../event.js';
import { examples } from '../examples.js';
import { exampleDeletedMessage, exampleEditedMessage, exampleMessage } from './examples.js';
import { MessageEvent, MessageSaved, MessagesExpired, ReactionChanged } from './schemas.js';

const { epoch } = examples;

export const messageEvents = {
  'message.created': event({
    summary: 'A message was sent',
    description: 'The sender receives it too, so that all members have one stream in one order. It may arrive before the ack.',
    to: toMembers,
    payload: MessageEvent,
    example: { ...exampleMessage, epoch },
  }),
  'message.updated': event({
    summary: 'A message was edited, pinned or unpinned',
    description: 'Carries the whole message as it is now.',
    to: toMembers,
    payload: MessageEvent,
    example: { ...exampleEditedMessage, epoch },
  }),
  'message.deleted': event({
    summary: 'A message became a tombstone',
    description:
      'A message that the user hid from themselves stays hidden: ignore later events of it, which are meant for the other members.',
    to: `${toMembers}; if the message was deleted only for one user, the sockets of that user`,
    payload: MessageEvent,
    example: { ...exampleDeletedMessage, epoch },
  }),
  'reaction.changed': event({
    summary: 'A member added or removed a reaction',
    description: '`count` is the number of users who react with the emoji now.',
    to: toMembers,
    payload: ReactionChanged,
    example: {
      conversationId: examples.conversationId,
      rev: 59,
      epoch,
      seq: 42,
      userId: examples.grace,
      emoji: '👍',
      added: true,
      count: 1,
    },
  }),
  'messages.expired': event({
    summary: 'Messages have expired',
    description:
      'The messages from `fromSeq` to `upToSeq` are older than the retention of the conversation. They are hidden already; remove them, and what refers to them. Sent some seconds after they expired. After an absence, `hiddenBeforeSeq` of the conversation says the same.',
    to: toMembers,
    payload: MessagesExpired,
    example: { conversationId: examples.conversationId, rev: 60, epoch, fromSeq: 1, upToSeq: 40 },
  }),
  'message.saved': event({
    summary: 'The user saved a message, or removed it from the saved ones',
    description:
      'Saved messages are private and no part of the conversation, so the event has no `rev`. After an absence, list them again.',
    to: 'all sockets of the user',
    payload: MessageSaved,
    example: { conversationId: examples.conversationId, seq: 42, savedAt: examples.changedAt },
  }),
} as const satisfies Record<string, EventSpec>;
