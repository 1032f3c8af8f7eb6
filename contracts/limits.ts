/** Bounds that are part of the contract: a client may rely on them. Bytes are UTF-8 bytes. */
export const limits = {
  pageSizeDefault: 50,
  pageSizeMax: 200,
  batchMessagesMax: 500,
  /** Hard bound of the schema; the operator's `MESSAGE_TEXT_BYTES_MAX` (8 KiB by default) is at most this. */
  textCharactersMax: 65_536,
  metadataBytesMax: 4096,
  metadataDepthMax: 8,
  mentionsMax: 50,
  memberIdsMax: 200,
  presenceWatchMax: 500,
  syncConversationsMax: 200,
  emojiCharactersMax: 32,
  /** Distinct emoji on one message; a further one is refused with `forbidden`. */
  reactionKindsMax: 50,
  typingExpiresMs: 6000,
} as const;
