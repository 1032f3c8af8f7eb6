import fc from 'fast-check';
import { z } from 'zod';
import type { Message } from '#contracts/messages/schemas.js';
import { ClientId, ConversationId, MessageId, UserId } from '#contracts/primitives.js';
import { JsonText } from '#platform/json-text.js';
import { CreatedBody, createdEvent, newMessage, toEvent } from './message-state.js';

const message: fc.Arbitrary<Message> = fc
  .record({
    id: fc.uuid(),
    text: fc.option(fc.string({ unit: 'binary' })),
    replyTo: fc.option(fc.nat()),
    metadata: fc.dictionary(fc.string(), fc.string()),
    mentions: fc.array(fc.uuid()),
    at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    seq: fc.nat(),
  })
  .map(({ id, text, replyTo, metadata, mentions, at, seq }) =>
    newMessage({
      conversationId: ConversationId.parse(id),
      clientId: ClientId.parse(id),
      senderId: UserId.parse(id),
      seq,
      rev: seq + 1,
      at,
      body: { id: MessageId.parse(id), text, replyTo, metadata, mentions: mentions.map((user) => UserId.parse(user)) },
    }),
  );

test('the event built from the JSON of a message equals the one built from the message', () => {
  fc.assert(
    fc.property(message, fc.string(), (sent, epoch) => {
      const event = createdEvent(JsonText.of(sent), epoch);
      expect(event.text).toBe(JSON.stringify(toEvent(sent, epoch)));
      expect(event.value).toEqual(toEvent(sent, epoch));
    }),
  );
});

test('the schema of a sent message can be compiled', () => {
  expect(() => z.compile(CreatedBody, { strict: true })).not.toThrow();
});
