import { WebSocket } from 'ws';
import { type CommandData, commands } from '#contracts/commands.js';
import { exactly } from './contract-check.js';
import type { Person } from './people.js';
import { isAck } from './sockets.js';
import { within } from './until.js';

const ackId = 1;
const patienceMs = 60_000;

/**
 * Connects, sends one `conversation.sync` after `session.ready`, and disconnects. It only looks at the first bytes of each packet,
 * so that many of these clients act at the same moment; clients that parse and check everything would delay each other.
 * Returns the raw ack, for `syncedWith`.
 */
export async function catchUp(person: Person, sync: unknown): Promise<string> {
  const command = `42${ackId}${JSON.stringify(['conversation.sync', sync])}`;
  const address = new URL('/socket.io/?EIO=4&transport=websocket', person.url);
  address.protocol = 'ws:';
  const socket = new WebSocket(address);
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('message', (bytes: Buffer) => {
      const packet = bytes.toString();
      if (packet.startsWith('0')) socket.send(`40${JSON.stringify({ token: person.accessToken })}`);
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('42["session.ready"')) socket.send(command);
      else if (packet.startsWith(`43${ackId}`)) resolve(packet.slice(`43${ackId}`.length));
      else if (packet.startsWith('44')) reject(new Error(`the handshake was refused: ${packet}`));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
  });
  try {
    return await within(patienceMs, 'the ack of conversation.sync', answer);
  } finally {
    socket.terminate();
  }
}

/** The data of the ack, checked against the contract. Throws if the ack is an error. */
export function syncedWith(answer: string): CommandData<'conversation.sync'> {
  const [ack]: unknown[] = JSON.parse(answer);
  if (!isAck(ack) || !ack.ok) throw new Error(`conversation.sync failed: ${answer}`);
  return exactly(commands['conversation.sync'].data, ack.data, 'the ack of conversation.sync');
}
