import { XmppConnection } from './xmpp-connection.js';

/** The domain of the users; the rooms have a subdomain. */
export const domain = 'localhost';

const streamHeader = [
  "<?xml version='1.0'?>",
  `<stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
].join('');
const bind = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>";
const startsWith =
  (start: string) =>
  (stanza: string): boolean =>
    stanza.startsWith(start);

/** Logs in over plain TCP and sends the user's presence. Resolves when the server has echoed it. */
export async function logIn(port: number, user: string, password: string): Promise<XmppConnection> {
  const connection = await XmppConnection.open(port, user);
  try {
    await connection.ask(streamHeader, startsWith('<stream:features'));
    const proof = Buffer.from(`\0${user}\0${password}`).toString('base64');
    const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${proof}</auth>`;
    await connection.ask(auth, startsWith('<success'));
    await connection.ask(streamHeader, startsWith('<stream:features'));
    await connection.ask(bind, startsWith('<iq'));
    await connection.ask('<presence/>', startsWith('<presence'));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Joins a room with the user's name as nickname. The first member to join creates the room. */
export async function joinRoom(connection: XmppConnection, room: string): Promise<void> {
  const history = "<history maxstanzas='0'/>";
  const join = `<presence to='${room}/${connection.user}'><x xmlns='http://jabber.org/protocol/muc'>${history}</x></presence>`;
  // The subject is the last stanza that a room sends to a new member.
  await connection.ask(join, startsWith('<message'));
}
