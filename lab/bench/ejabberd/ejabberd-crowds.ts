import { inParallel } from '../../support/in-parallel.js';
import type { Defer } from '../scenario.js';
import type { Crowd } from '../users/crowds.js';
import { roomSize } from '../users/room-members.js';
import { roomDomain } from './ejabberd-config.js';
import type { EjabberdServer } from './ejabberd-server.js';
import type { XmppConnection } from './xmpp-connection.js';
import { domain, joinRoom } from './xmpp-login.js';

/** The connected users of a scenario on ejabberd, and the number of archive rows per send. */
export interface ArchivedCrowd extends Crowd {
  readonly rowsPerSend: number;
}

/** Connects pairs: one user of each pair sends to the other. A sender does not receive its own messages. */
export async function ejabberdPairs(server: EjabberdServer, pairs: number, defer: Defer): Promise<ArchivedCrowd> {
  const users = await server.createUsers(2 * pairs);
  const connections = await connectUsers(server, users, defer);
  const sending = connections.filter((_, index) => index % 2 === 0);
  const receivers = connections.filter((_, index) => index % 2 === 1);
  await inParallel(sending, (connection) => connection.enableAcks());
  const senders = sending.map((connection, index) => ({ connection, conversationId: `${receivers[index]?.user}@${domain}`, window: 1 }));
  // One row in the archive of each user.
  return { senders, receivers, rowsPerSend: 2 };
}

/** Connects the members of one room: every member sends and receives everything. */
export async function ejabberdRoom(server: EjabberdServer, members: number, window: number, defer: Defer): Promise<ArchivedCrowd> {
  const connections = await connectUsers(server, await server.createUsers(members), defer);
  const conversationId = `room@${roomDomain}`;
  await inParallel(connections, (connection) => joinRoom(connection, conversationId));
  return { senders: connections.map((connection) => ({ connection, conversationId, window })), receivers: connections, rowsPerSend: 1 };
}

/** Creates users. Each of the returned functions connects one of them and joins `rooms` rooms of a hundred members. */
export async function ejabberdRoomMembers(
  server: EjabberdServer,
  users: number,
  rooms: number,
): Promise<(() => Promise<XmppConnection>)[]> {
  const names = await server.createUsers(users);
  return names.map((user, index) => async () => {
    const connection = await server.logIn(user);
    const floor = Math.floor(index / roomSize);
    for (let room = 0; room < rooms; room += 1) await joinRoom(connection, `room-${floor}-${room}@${roomDomain}`);
    return connection;
  });
}

async function connectUsers(server: EjabberdServer, users: readonly string[], defer: Defer): Promise<XmppConnection[]> {
  const opened: XmppConnection[] = [];
  defer(() => opened.forEach((connection) => connection.close()));
  return inParallel(users, async (user) => {
    const connection = await server.logIn(user);
    opened.push(connection);
    return connection;
  });
}
