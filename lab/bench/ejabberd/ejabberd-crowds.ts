import { inParallel } from '../../support/in-parallel.js';
import type { Defer } from '../scenario.js';
import type { Crowd } from '../users/crowds.js';
import { roomSize } from '../users/room-members.js';
import { roomDomain } from './ejabberd-config.js';
import type { EjabberdServer } from './ejabberd-server.js';
import type { XmppConnection } from './xmpp-connection.js';
import { domain, joinRoom } from './xmpp-login.js';

/** Users of a scenario on ejabberd, and how many rows of its archive each send becomes. */
export interface ArchivedCrowd extends Crowd {
  readonly rowsPerSend: number;
}

/** Pairs: one of each sends to the other. The sender is not told its own message, so it receives nothing. */
export async function ejabberdPairs(server: EjabberdServer, pairs: number, defer: Defer): Promise<ArchivedCrowd> {
  const users = await server.makeUsers(2 * pairs);
  const connections = await connectUsers(server, users, defer);
  const sending = connections.filter((_, index) => index % 2 === 0);
  const receivers = connections.filter((_, index) => index % 2 === 1);
  await inParallel(sending, (connection) => connection.enableAcks());
  const senders = sending.map((connection, index) => ({ connection, conversationId: `${receivers[index]?.user}@${domain}`, window: 1 }));
  // One row in the archive of each of the two.
  return { senders, receivers, rowsPerSend: 2 };
}

/** One room: everybody in it sends and is told everything. */
export async function ejabberdRoom(server: EjabberdServer, members: number, window: number, defer: Defer): Promise<ArchivedCrowd> {
  const connections = await connectUsers(server, await server.makeUsers(members), defer);
  const conversationId = `room@${roomDomain}`;
  await inParallel(connections, (connection) => joinRoom(connection, conversationId));
  return { senders: connections.map((connection) => ({ connection, conversationId, window })), receivers: connections, rowsPerSend: 1 };
}

/** So many users, each of whom enters so many rooms of a hundred when it connects. */
export async function ejabberdVisits(server: EjabberdServer, users: number, rooms: number): Promise<(() => Promise<XmppConnection>)[]> {
  const made = await server.makeUsers(users);
  return made.map((user, index) => async () => {
    const connection = await server.logIn(user);
    const floor = Math.floor(index / roomSize);
    for (let room = 0; room < rooms; room += 1) await joinRoom(connection, `room-${floor}-${room}@${roomDomain}`);
    return connection;
  });
}

async function connectUsers(server: EjabberdServer, users: readonly string[], defer: Defer): Promise<XmppConnection[]> {
  const made: XmppConnection[] = [];
  defer(() => made.forEach((connection) => connection.close()));
  return inParallel(users, async (user) => {
    const connection = await server.logIn(user);
    made.push(connection);
    return connection;
  });
}
