/**
 * What a JSON Schema cannot say about a schema of the contract, by component name: rules across fields and meanings.
 * A name that is not in the contract fails a test.
 */
export const schemaDescriptions: Readonly<Record<string, string>> = {
  AckError: 'The error half of an ack. `retryable` says whether the same command can succeed later without a change.',
  Conversation: '`me` is null for someone who is not a member, and in events, which go to all members in one frame.',
  ConversationName: '1 to 64 of `a-z 0-9 _ . -`, unique among all conversations; upper case is folded.',
  CreateConversationBody: 'A `direct` conversation names exactly one other user, has no name and is private.',
  Emoji: 'One or more emoji, or a short name; no white space or control characters.',
  Epoch: 'A life of the conversation log. When it changes, load afresh instead of trusting a `rev`.',
  HistoryInput: 'At most one of `before`, `after` (both exclusive) and `around`. `order` sorts the page and does not choose it.',
  HistoryPage: '`oldestSeq` and `newestSeq` bound the items, null on an empty page.',
  HistoryQuery: 'At most one of `before`, `after` (both exclusive) and `around`. `order` sorts the page and does not choose it.',
  Message: 'A deleted message stays as a tombstone: `text` null, `deletedAt` set, reactions and metadata gone.',
  MessageEvent: 'A message as an event carries it: with the epoch its `seq` and `rev` belong to.',
  MessageReceipts: 'Who had the message delivered and read, with the exact time; the sender is never in it.',
  MessageText: 'Well-formed text without NUL. The operator bounds it further in bytes (`MESSAGE_TEXT_BYTES_MAX`, 8 KiB by default).',
  Metadata: 'Free JSON of the caller: at most 4 KiB as JSON, 8 levels deep, no prototype keys. Stored and returned as sent.',
  Policy: '`post`, `invite` and `pin` name the lowest role that may. Zero means no limit for the edit window and slow mode.',
  Presence: '`lastSeenAt` is the end of the last connection, null for someone never seen.',
  Reaction: '`me` says whether the caller reacted; it is false in events, which go to all members in one frame.',
  ReceiptBody:
    'One of the two is needed. Only forward; a value beyond the newest message is taken as the newest; reading implies delivered.',
  Rev: 'Revision of a change in its conversation: 1, 2, 3 ... Where it jumps, sync.',
  Role: 'Roles from the highest to the lowest.',
  SendMessageBody: 'A message needs text or metadata. `clientId` makes the send idempotent for the life of the message.',
  SendMessageInput: 'A message needs text or metadata. `clientId` makes the send idempotent for the life of the message.',
  Seq: 'Position of a message in its conversation: 1, 2, 3 ... without holes.',
  SeqCursor: 'A position in a conversation; 0 stands before the first message.',
  Session: '`expiresIn` counts seconds from now until the access token is past its time.',
  Stats: 'Figures for the operator. Ages and times in milliseconds, memory in bytes.',
  SyncInput: 'Name each conversation with the last `epoch` and `rev` you have. `limit` counts changes per conversation and page.',
  SyncResult: '`joined`: you are in these and did not name them. `left`: you named them and are not in them.',
  SyncedConversation:
    'Current state of all that changed since your `rev`. `more`: call again with this `rev`. `reset`: another epoch, load afresh.',
  Timestamp: 'ISO 8601 in UTC with milliseconds.',
  Username: '3 to 32 of `a-z 0-9 _ . -`, unique; upper case is folded.',
  Uuid: 'A lower-case UUID; version 7 where Parley makes it.',
};
