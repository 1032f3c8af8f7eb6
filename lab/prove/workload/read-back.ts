import type { Sighting } from '../checker/history.js';
import { idOfTail, tailOf } from './compact-ids.js';
import { fieldOf, insist, listOf, numberOf, textOf } from './api-client.js';
import type { OperationLog } from './operation-log.js';
import type { Room } from './people.js';

const pageSize = 200;

/** All messages of a conversation, page by page over REST, read by its first member. */
export async function readConversation(urls: readonly string[], room: Room, log: OperationLog): Promise<Sighting[]> {
  const found: Sighting[] = [];
  const token = room.members[0]?.accessToken ?? '';
  for (let after = 0, isMore = true; isMore;) {
    const path = `/v1/conversations/${room.id}/messages?after=${after}&limit=${pageSize}`;
    const page = await insist(urls, { path, token });
    const items = listOf(page, 'items');
    found.push(...items.map((message) => sighting(message, log)));
    isMore = fieldOf(page, ['hasNewer']) === true && items.length > 0;
    after = found.at(-1)?.seq ?? after;
  }
  return found;
}

function sighting(message: unknown, log: OperationLog): Sighting {
  const text = fieldOf(message, ['text']);
  return {
    conversationId: textOf(message, 'conversationId'),
    seq: numberOf(message, 'seq'),
    id: idOfTail(tailOf(textOf(message, 'id'))),
    token: log.tokenOf(typeof text === 'string' ? text : null, textOf(message, 'clientId')),
  };
}
