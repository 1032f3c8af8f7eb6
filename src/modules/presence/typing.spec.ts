import type { ConversationId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { MemorySignals } from '#platform/signals/signals.js';
import { Typing } from './typing.js';

const room = newId<ConversationId>();
const ada = newId<UserId>();

function typingOf(): { typing: Typing; heard: string[] } {
  const heard: string[] = [];
  const emitter = { toConversation: (_id: ConversationId, event: string) => void heard.push(event) };
  return { typing: new Typing(emitter, new MemorySignals()), heard };
}

describe('typing', () => {
  it('is announced once in three seconds, however often it is repeated', () => {
    const { typing, heard } = typingOf();
    for (const at of [0, 500, 2999]) typing.startTyping(room, ada, 's1', at);
    expect(heard).toEqual(['typing.started']);
    typing.startTyping(room, ada, 's1', 3000);
    expect(heard).toEqual(['typing.started', 'typing.started']);
  });

  it('ends by itself six seconds after the last start, and is announced once', () => {
    const { typing, heard } = typingOf();
    typing.startTyping(room, ada, 's1', 0);
    typing.startTyping(room, ada, 's1', 2000);
    typing.endExpired(7999);
    expect(heard).toEqual(['typing.started']);
    typing.endExpired(8000);
    typing.endExpired(9000);
    expect(heard).toEqual(['typing.started', 'typing.stopped']);
  });

  it('ends with its socket, and a stop without a start is not announced', () => {
    const { typing, heard } = typingOf();
    typing.startTyping(room, ada, 's1', 0);
    typing.stopSocket('s2');
    typing.stopSocket('s1');
    typing.stopTyping(room, ada);
    expect(heard).toEqual(['typing.started', 'typing.stopped']);
  });
});
