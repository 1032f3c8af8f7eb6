import type { Message } from '#contracts/messages/schemas.js';
import type { ClientId, MessageId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { memberOf } from '../../../../test/support/members.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { newMessage } from '../domain/message-state.js';
import { mayEdit } from './edit-message.js';

function messageBy(sender: MemberAccess, ageSeconds = 0): Message {
  const body = { id: newId<MessageId>(), text: 'hello', replyTo: null, mentions: [], metadata: {} };
  const place = { conversationId: sender.conversation.id, seq: 1, rev: 2 };
  const at = new Date(Date.now() - ageSeconds * 1000);
  return newMessage({ ...place, clientId: newId<ClientId>(), senderId: sender.userId, at, body });
}

describe('a message', () => {
  it('may be edited by its sender alone', () => {
    const sender = memberOf();
    expect(() => mayEdit(sender, messageBy(sender))).not.toThrow();
    expect(() => mayEdit(memberOf({}, { role: 'owner' }), messageBy(sender))).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('may not be edited by a sender who lost the right to post', () => {
    const sender = memberOf({ post: 'admin' });
    expect(() => mayEdit(sender, messageBy(sender))).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('may be edited within the edit window of the policy, and at any time without one', () => {
    const [limited, unlimited] = [memberOf({ editWindowSeconds: 60 }), memberOf()];
    expect(() => mayEdit(limited, messageBy(limited, 30))).not.toThrow();
    expect(() => mayEdit(limited, messageBy(limited, 61))).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => mayEdit(unlimited, messageBy(unlimited, 1_000_000))).not.toThrow();
  });

  it('may not be edited once it is deleted', () => {
    const sender = memberOf();
    const deleted = { ...messageBy(sender), deletedAt: new Date().toISOString() };
    expect(() => mayEdit(sender, deleted)).toThrow(expect.objectContaining({ code: 'message.deleted' }));
  });
});
