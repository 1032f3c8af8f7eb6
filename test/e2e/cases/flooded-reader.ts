import { api } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { SlowReader } from '../../support/slow-reader.js';
import { connect, type TestSocket } from '../../support/sockets.js';

const textBytes = 8000;
const batchSize = 125;
const batchesMax = 60;

export interface Flooded {
  readonly slow: SlowReader;
  readonly brisk: TestSocket;
  /** The bytes that were sent before the server disconnected the slow reader. */
  readonly bytes: number;
}

/**
 * Floods a conversation of two members, a reader that keeps reading and a slow reader that stops. Returns once the server has
 * disconnected the slow reader, before it reads again. It counts sockets, so the test needs a server of its own.
 */
export async function floodedReader(url: string): Promise<Flooded> {
  const people = await guests(3, url);
  const [sender, lazy, attentive] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  const operator = await loginOperator(url);
  const sockets = async () => (await api(operator).call('admin.stats')).ok(200).sockets;
  const conversation = await makeConversation(sender, [lazy, attentive]);
  const brisk = await connect(attentive);
  const slow = await SlowReader.connect(lazy);
  slow.stopReading();
  const before = await sockets();
  const messages = Array.from({ length: batchSize }, () => ({ text: 'x'.repeat(textBytes) }));
  for (let batch = 1; batch <= batchesMax; batch += 1) {
    (await api(sender).call('message.sendBatch', { params: { conversationId: conversation.id }, body: { messages } })).ok(201);
    if ((await sockets()) < before) return { slow, brisk, bytes: batch * batchSize * textBytes };
  }
  throw new Error(`a client that does not read was still connected after ${batchesMax * batchSize * textBytes} bytes`);
}
