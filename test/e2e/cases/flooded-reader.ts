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
  /** Bytes that were said until the server let the slow one go. */
  readonly bytes: number;
}

/**
 * A member that stopped reading and one that reads on, in a conversation in which so much is said that the server lets the slow
 * one go. Answers at that moment; the slow one has not read again. Counts sockets, so the server has to be the test's own.
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
  throw new Error(`a client that does not read was kept for ${batchesMax * batchSize * textBytes} bytes`);
}
