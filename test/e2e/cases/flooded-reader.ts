import { api } from '../../support/api.js';
import { guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { SlowReader } from '../../support/slow-reader.js';
import { connect, type TestSocket } from '../../support/sockets.js';

/** Bytes the operating system takes for a connection before the server itself has to keep them. */
const kernelBytes = 12 * 1024 * 1024;
const textBytes = 8000;
const batchSize = 250;

/**
 * A member that stopped reading while more was said than the kernel and the server's own limit hold, and one that reads on.
 * Answers when everything is said.
 */
export async function floodedReader(url?: string, bytes = kernelBytes + 6 * 1024 * 1024): Promise<{ slow: SlowReader; brisk: TestSocket }> {
  const people = await guests(3, url);
  const [sender, lazy, attentive] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  const conversation = await makeConversation(sender, [lazy, attentive]);
  const brisk = await connect(attentive);
  const slow = await SlowReader.connect(lazy);
  slow.stopReading();
  const messages = Array.from({ length: batchSize }, () => ({ text: 'x'.repeat(textBytes) }));
  for (let sent = 0; sent < bytes; sent += batchSize * textBytes) {
    (await api(sender).call('message.sendBatch', { params: { conversationId: conversation.id }, body: { messages } })).ok(201);
  }
  return { slow, brisk };
}
