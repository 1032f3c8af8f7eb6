import type { UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { memberOf } from '../../../../test/support/members.js';
import type { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Accept, draftMessages } from './accept.js';
import { SlowMode } from './slow-mode.js';

const textBytesMax = 12;

describe('drafts of messages', () => {
  it('keep their order, one time for all, and what the sender left out becomes null or empty', () => {
    const member = memberOf();
    const drafts = draftMessages(member, [{ text: 'one' }, { text: 'two', replyTo: 1 }], textBytesMax);
    expect(drafts).toMatchObject([
      { kind: 'message.created', actorId: member.userId, takesSeq: true, replyTo: null, body: { text: 'one', mentions: [], metadata: {} } },
      { kind: 'message.created', actorId: member.userId, takesSeq: true, replyTo: 1, body: { text: 'two', replyTo: 1 } },
    ]);
    expect(drafts[0]?.at).toBe(drafts[1]?.at);
    expect(drafts[0]?.clientId).not.toBe(drafts[1]?.clientId);
  });

  it('mention each user once', () => {
    const friend = newId<UserId>();
    const [draft] = draftMessages(memberOf(), [{ text: 'hi', mentions: [friend, friend] }], textBytesMax);
    expect(draft?.body.mentions).toEqual([friend]);
  });

  it('have the same hash for the same content, whatever the order of its keys, and another one for other content', () => {
    const contents = [{ metadata: { a: 1, b: [2] } }, { metadata: { b: [2], a: 1 } }, { metadata: { a: 1, b: [3] } }];
    const [first, reordered, other] = draftMessages(memberOf(), contents, textBytesMax).map(({ bodyHash }) => bodyHash?.toString('hex'));
    expect(reordered).toBe(first);
    expect(other).not.toBe(first);
  });

  it('are refused for a text with too many bytes, however few its characters, with the place in a batch', () => {
    expect(() => draftMessages(memberOf(), [{ text: 'üüüüüü' }], textBytesMax)).not.toThrow();
    expect(() => draftMessages(memberOf(), [{ text: 'ok' }, { text: 'üüüüüüü' }], textBytesMax)).toThrow(
      expect.objectContaining({ code: 'payload.tooLarge', errors: [{ path: 'messages.1.text', message: 'is over 12 bytes' }] }),
    );
  });

  it('are refused for a reply to a message from before the member joined, where the policy hides those', () => {
    const reply = [{ text: 'yes', replyTo: 7 }];
    expect(() => draftMessages(memberOf({}, { joinedSeq: 7 }), reply, textBytesMax)).not.toThrow();
    expect(() => draftMessages(memberOf({ historyForNewMembers: 'fromJoin' }, { joinedSeq: 7 }), reply, textBytesMax)).toThrow(
      expect.objectContaining({ code: 'message.notFound', errors: [{ path: 'replyTo', message: 'names no message' }] }),
    );
  });
});

describe('Accept', () => {
  function acceptFor(member: MemberAccess, isCached: boolean): Accept {
    const access: Pick<Access, 'of'> = { of: () => (isCached ? member : Promise.resolve(member)) };
    return new Accept(access, new SlowMode(null), { messageTextBytesMax: textBytesMax });
  }

  it('answers synchronously while the membership is cached, and otherwise when it was read', async () => {
    const member = memberOf();
    const accept = (isCached: boolean) => acceptFor(member, isCached).execute(member.userId, member.conversation.id, [{ text: 'hello' }]);
    expect(accept(true)).toMatchObject([{ body: { text: 'hello' } }]);
    expect(accept(false)).toBeInstanceOf(Promise);
    expect(await accept(false)).toMatchObject([{ body: { text: 'hello' } }]);
  });

  it('refuses members who may not post, before it takes their turn in slow mode', () => {
    const member = memberOf({ post: 'admin', slowModeSeconds: 60 });
    const send = () => acceptFor(member, true).execute(member.userId, member.conversation.id, [{ text: 'hello' }]);
    expect(send).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(send).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});
