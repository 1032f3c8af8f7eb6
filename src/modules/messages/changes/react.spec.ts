import { limits } from '#contracts/limits.js';
import type { Message, Reaction } from '#contracts/messages/schemas.js';
import type { ClientId, MessageId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { memberOf } from '../../../../test/support/members.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Emitter } from '../../realtime/emitter.js';
import { newMessage } from '../domain/message-state.js';
import type { ChangeMessage, MessageChange } from './change-message.js';
import { React } from './react.js';

const member = memberOf();
const emitted = jest.fn();

/** The rules of the change that the use case would have made. */
async function rulesOf(makeChange: (react: React) => Promise<unknown>): Promise<MessageChange> {
  let rules: MessageChange | undefined;
  const changeMessage = {
    execute: (_actorId: UserId, _target: unknown, change: MessageChange) => {
      rules = change;
      return Promise.resolve(messageWith());
    },
  };
  // Only these two methods are called.
  await makeChange(new React(changeMessage as unknown as ChangeMessage, { toViewers: emitted } as unknown as Emitter));
  if (rules === undefined) throw new Error('no change was made');
  return rules;
}

function messageWith(...reactions: Reaction[]): Message {
  const body = { id: newId<MessageId>(), text: 'hello', replyTo: null, mentions: [], metadata: {} };
  const place = { conversationId: member.conversation.id, seq: 5, rev: 6 };
  return { ...newMessage({ ...place, clientId: newId<ClientId>(), senderId: newId<UserId>(), at: new Date(0), body }), reactions };
}

const target = { conversationId: member.conversation.id, seq: 5 };
const adding = () => rulesOf((react) => react.addReaction(member.userId, target, '👍'));
const removing = () => rulesOf((react) => react.removeReaction(member.userId, target, '👍'));

describe('reactions', () => {
  it('are added once and removed once', async () => {
    const [mine, theirs] = [messageWith({ emoji: '👍', count: 2, me: true }), messageWith({ emoji: '👍', count: 2, me: false })];
    expect([(await adding()).isDone(mine), (await adding()).isDone(theirs)]).toEqual([true, false]);
    expect([(await removing()).isDone(mine), (await removing()).isDone(theirs)]).toEqual([false, true]);
  });

  it('are refused to read-only and blocked members, and on deleted messages', async () => {
    const { check } = await adding();
    const checkAs = (who: MemberAccess) => () => check(who, messageWith());
    expect(checkAs(member)).not.toThrow();
    expect(checkAs(memberOf({}, { role: 'readonly' }))).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(checkAs(memberOf({}, { blocked: true }))).toThrow(expect.objectContaining({ code: 'forbidden' }));
    const deleted = { ...messageWith(), deletedAt: new Date(0).toISOString() };
    expect(() => check(member, deleted)).toThrow(expect.objectContaining({ code: 'message.deleted' }));
  });

  it('have a limited number of kinds per message, and every member may join in a kind that is there', async () => {
    const { check } = await adding();
    const others = Array.from({ length: limits.reactionKindsMax }, (_, index) => ({ emoji: `:${index}:`, count: 1, me: false }));
    expect(() => check(member, messageWith(...others))).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => check(member, messageWith(...others.slice(1), { emoji: '👍', count: 1, me: false }))).not.toThrow();
  });

  it('are announced to the viewers of the message with the new count', async () => {
    const { kind, body, deliver } = await adding();
    const draft = { kind, body, conversationId: target.conversationId, actorId: member.userId, takesSeq: false, at: new Date(0) } as const;
    const committed = {
      draft: { ...draft, clientId: null, bodyHash: null, replyTo: null },
      seq: null,
      rev: 9,
      epoch: 'e',
      replayed: false,
    };
    const before = messageWith({ emoji: '👍', count: 2, me: false });
    deliver(before, committed);
    expect(emitted).toHaveBeenCalledWith(before, 'reaction.changed', {
      ...target,
      rev: 9,
      epoch: 'e',
      userId: member.userId,
      emoji: '👍',
      added: true,
      count: 3,
    });
  });
});
