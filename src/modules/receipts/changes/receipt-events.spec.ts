import type { EventPayload } from '#contracts/events.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { newId } from '#platform/ids.js';
import { SignalListeners } from '#platform/signals/on-signal.js';
import { MemorySignals } from '#platform/signals/signals.js';
import { ReceiptEvents } from './receipt-events.js';

const conversationId = newId<ConversationId>();
const userId = newId<UserId>();

/** The receipt events of a node, and the cursors that its own sockets got: delivered/read. */
function nodeOn(signals: MemorySignals): { events: ReceiptEvents; heard: string[] } {
  const heard: string[] = [];
  const show = (_id: ConversationId, _name: string, payload: unknown) => {
    if (typeof payload === 'object' && payload !== null)
      heard.push(`${Reflect.get(payload, 'deliveredSeq')}/${Reflect.get(payload, 'readSeq')}`);
  };
  const events = new ReceiptEvents({ toConversationHere: show }, signals, { findBlockedEitherWay: () => new Set() });
  new SignalListeners(signals, DecoratedMethods.of(events)).onModuleInit();
  return { events, heard };
}

function at(deliveredSeq: number, readSeq: number): EventPayload<'receipt.advanced'> {
  return { conversationId, userId, deliveredSeq, readSeq, at: new Date().toISOString() };
}

describe('receipt events', () => {
  it('never go back on any node, even if an older event of another node arrives later', () => {
    const signals = new MemorySignals();
    const [first, second] = [nodeOn(signals), nodeOn(signals)];
    first.events.publishCursors(at(3, 1));
    second.events.publishCursors(at(5, 4));
    const third = nodeOn(signals);
    third.events.publishCursors(at(4, 2));
    for (const { heard } of [first, second]) expect(heard).toEqual(['3/1', '5/4']);
    for (const { events } of [first, second, third]) events.onApplicationShutdown();
  });

  it('carry the latest cursors of each second', () => {
    jest.useFakeTimers({ now: 0 });
    const { events, heard } = nodeOn(new MemorySignals());
    for (const event of [at(1, 1), at(9, 2), at(7, 5)]) events.publishCursors(event);
    jest.advanceTimersByTime(2000);
    expect(heard).toEqual(['1/1', '9/5']);
    events.onApplicationShutdown();
    jest.useRealTimers();
  });
});
