/** Limits that are part of the contract, so clients can rely on them. Bytes are UTF-8 bytes. */
export const limits = {
  pageSizeDefault: 50,
  pageSizeMax: 200,
  batchMessagesMax: 500,
  /** The upper limit for any server; the operator sets a lower one with `MESSAGE_TEXT_BYTES_MAX` (8 KiB by default). */
  textBytesMax: 65_536,
  metadataBytesMax: 4096,
  metadataDepthMax: 8,
  mentionsMax: 50,
  memberIdsMax: 200,
  presenceWatchMax: 500,
  syncConversationsMax: 200,
  emojiCharactersMax: 32,
  /** Distinct emoji on one message; one more is refused with `forbidden`. */
  reactionKindsMax: 50,
  /** Messages that one user may have saved; one more is refused with `forbidden`. */
  savedMessagesMax: 5000,
  /** Ranges that a search result marks in one message. */
  highlightsMax: 50,
  /** UTF-16 code units of the reason of a ban or a mute. */
  reasonCharactersMax: 500,
  /** Days until a request to be added expires. After a decline no new one for the same conversation arrives for as long. */
  additionRequestDays: 14,
  typingExpiresMs: 6000,
  /** Of a nonce as JSON. */
  nonceBytesMax: 1024,
  nonceDepthMax: 16,
  /** `command.failed` names the command by at most this many characters of what the client sent. */
  commandNameCharactersMax: 128,
} as const;
