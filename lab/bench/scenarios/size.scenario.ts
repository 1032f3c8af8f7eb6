import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Message } from '../../../contracts/messages/schemas.js';
import type { Figures, Scenario } from '../scenario.js';
import { connectPairs, parleyChat } from '../users/crowds.js';
import { figuresAtMost, names } from '../report/goals.js';
import { installedSize } from '../servers/installed-size.js';
import type { Sender } from '../generator/closed-loop.js';
import { ParleyServer } from '../servers/parley-server.js';
import { knownConversations } from '../users/ready-event.js';
import { text200 } from '../generator/send-frame.js';
import type { ChatConnection } from '../generator/chat-connection.js';

const sends = 200;
const settleMs = 1500;
const Sent = z.object({ ok: z.literal(true), data: Message });

/** The size of an installation and of a message on the wire. */
export const scenario: Scenario = {
  id: 'size',
  summary: 'installed production dependencies; bytes on the wire per delivered message of 200 bytes against the JSON of the same fields',
  mainFigure: 'wireShare',
  isLessBetter: true,
  roundsMax: 1,
  columns: [
    { figure: 'dependenciesMb', title: 'dependencies MB', digits: 1 },
    { figure: 'postgresMb', title: 'Postgres alone MB', digits: 1 },
    { figure: 'packages', title: 'packages', digits: 0 },
    { figure: 'wireBytes', title: 'wire bytes/message', digits: 0 },
    { figure: 'jsonBytes', title: 'JSON bytes', digits: 0 },
    { figure: 'wireShare', title: 'wire/JSON', digits: 2 },
  ],
  contenders: [
    {
      name: names.embedded,
      async open(_, defer) {
        const server = await ParleyServer.start();
        defer(() => server.stop());
        const { senders, receivers } = await connectPairs(parleyChat(server.api, [server.url]), 1, defer);
        const [sender, receiver] = [senders[0], receivers[1]];
        if (sender === undefined || receiver === undefined) throw new Error('a pair has two users');
        return async () => ({ ...(await installedSize()), ...(await onTheWire(sender, receiver)) });
      },
    },
  ],
  stretchGoal: figuresAtMost('binary encoding <= 0.6x', { wireShare: 0.6 }),
};

/** Sends one message at a time, so that no two share a frame. Presence and receipt events have ended before. */
async function onTheWire({ connection, conversationId }: Sender<ChatConnection>, receiver: ChatConnection): Promise<Figures> {
  await sleep(settleMs);
  const before = receiver.bytesRead;
  const epoch = knownConversations(receiver.readyPacket)[0]?.epoch ?? '';
  let jsonBytes = 0;
  for (let number = 0; number < sends; number += 1) {
    const answer = await connection.request('message.send', { conversationId, clientId: randomUUID(), text: text200 });
    jsonBytes += Buffer.byteLength(JSON.stringify({ ...Sent.parse(answer).data, epoch })) / sends;
  }
  await sleep(settleMs);
  const wireBytes = (receiver.bytesRead - before) / sends;
  return { wireBytes, jsonBytes, wireShare: wireBytes / jsonBytes };
}
