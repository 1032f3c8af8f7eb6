import { GroupCommit } from '../../../src/modules/log/group-commit.js';
import type { Committed, Draft } from '../../../src/modules/log/draft.js';
import type { ConversationLog } from '../../../src/modules/log/conversation-log.js';
import type { ConversationId } from '../../../contracts/primitives.js';
import type { Deliver } from '../../../src/modules/log/group-commit.js';

/**
 * A planted bug, loaded into a server with `node --import`: messages are delivered and acknowledged immediately, with numbers
 * that the process invents, and committed a moment later. The checker must find it.
 */
const commitDelayMs = 40;
const commit = GroupCommit.prototype.commit;

type Numbers = Omit<Committed, 'draft'>;

const heads = new Map<ConversationId, { seq: number; rev: number }>();
const known = new Map<string, Numbers>();

GroupCommit.prototype.commit = async function planted<B extends object>(
  this: GroupCommit,
  drafts: readonly Draft<B>[],
  deliver: Deliver<B>,
) {
  const log: ConversationLog = Reflect.get(this, 'log');
  if (drafts.some((draft) => draft.kind !== 'message.created')) return commit.call(this, drafts, deliver as Deliver) as Promise<never>;
  for (const { conversationId } of drafts) {
    const head = heads.has(conversationId) ? undefined : (await log.heads([conversationId])).get(conversationId);
    if (head !== undefined && !heads.has(conversationId)) heads.set(conversationId, { ...head });
  }
  const committed = drafts.map((draft) => ({ draft, ...numbersOf(draft, log.epoch()) }));
  deliver(committed);
  setTimeout(() => void commit.call(this, drafts, () => undefined).catch(() => undefined), commitDelayMs);
  return committed;
};

function numbersOf(draft: Draft, epoch: string): Numbers {
  const key = `${draft.conversationId} ${draft.actorId} ${draft.clientId ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return { ...before, replayed: true };
  const head = heads.get(draft.conversationId) ?? { seq: 0, rev: 0 };
  head.seq += 1;
  head.rev += 1;
  const numbers = { seq: head.seq, rev: head.rev, epoch, replayed: false };
  known.set(key, numbers);
  return numbers;
}
