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
  it('is told once in three seconds however often it is repeated', () => {
    const { typing, heard } = typingOf();
    for (const at of [0, 500, 2999]) typing.start(room, ada, 's1', at);
    expect(heard).toEqual(['typing.started']);
    typing.start(room, ada, 's1', 3000);
    expect(heard).toEqual(['typing.started', 'typing.started']);
  });

  it('ends by itself six seconds after the last start, and once', () => {
    const { typing, heard } = typingOf();
    typing.start(room, ada, 's1', 0);
    typing.start(room, ada, 's1', 2000);
    typing.expire(7999);
    expect(heard).toEqual(['typing.started']);
    typing.expire(8000);
    typing.expire(9000);
    expect(heard).toEqual(['typing.started', 'typing.stopped']);
  });

  it('ends with the socket it was typed on, and a stop of who does not type is not told', () => {
    const { typing, heard } = typingOf();
    typing.start(room, ada, 's1', 0);
    typing.stopSocket('s2');
    typing.stopSocket('s1');
    typing.stop(room, ada);
    expect(heard).toEqual(['typing.started', 'typing.stopped']);
  });
});
