import type { ConversationId, UserId } from '#contracts/primitives.js';
import { MethodMarker } from '#platform/discovery/method-marker.js';

type HistoryListener = (userId: UserId, conversationId: ConversationId, newestSeq: number) => Promise<void>;

export const historyReadMarker = new MethodMarker<true>('OnHistoryRead');

/** The method is called when a member reads a page of history up to `newestSeq`. The page is answered when it has resolved, and fails if it rejects. */
export function OnHistoryRead() {
  return historyReadMarker.mark<HistoryListener>(true);
}
