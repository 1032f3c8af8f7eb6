import { z } from 'zod';

const Ready = z.tuple([
  z.literal('session.ready'),
  z.object({ conversations: z.array(z.object({ id: z.string(), epoch: z.string(), rev: z.int() })).default([]) }),
]);

/** The conversations that a client knows after `session.ready`, as input of `conversation.sync`; empty for a reference. */
export function knownConversations(readyPacket: string): { id: string; epoch: string; rev: number }[] {
  const [, { conversations }] = Ready.parse(JSON.parse(readyPacket.slice('42'.length)));
  return conversations.map(({ id, epoch, rev }) => ({ id, epoch, rev }));
}
