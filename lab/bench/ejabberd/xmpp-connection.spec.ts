import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ClosedLoop } from '../generator/closed-loop.js';
import { StanzaScanner } from './stanza-scanner.js';
import type { XmppConnection } from './xmpp-connection.js';
import { joinRoom, logIn } from './xmpp-login.js';

/** How the test server handles a message; `number` counts the messages of its connection. */
type OnMessage = (message: string, number: number, answer: (stanza: string) => void) => void;

const times = { warmUpMs: 20, seconds: 0.1, drainTimeoutMs: 500 };
const room = 'room@rooms.localhost';
const header = "<?xml version='1.0'?><stream:stream id='1'><stream:features/>";

const answers: readonly (readonly [start: string, answer: string])[] = [
  [`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from('\0ann\0bad').toString('base64')}`, '<failure/>'],
  ['<auth', '<success/>'],
  ['<iq', "<iq type='result' id='bind'/>"],
  ['<enable', "<enabled xmlns='urn:xmpp:sm:3'/>"],
  [`<presence to='${room}`, `<presence from='${room}/ann'/><message from='${room}' type='groupchat'><subject/></message>`],
  ['<presence', "<presence from='ann@localhost/bench'/>"],
];

/** A minimal XMPP server: it accepts every user and acknowledges after every `ackEvery` messages. */
function serve(socket: Socket, heard: string[], onMessage: OnMessage, ackEvery: number): void {
  let count = 0;
  const answer = (stanza: string): void => void socket.write(stanza);
  const scanner = new StanzaScanner((bytes, from, to) => {
    const stanza = bytes.toString('utf8', from, to);
    heard.push(stanza);
    if (stanza.startsWith('<message')) onMessage(stanza, (count += 1), answer);
    else if (stanza.startsWith('<r ')) answer(count % ackEvery === 0 ? `<a xmlns='urn:xmpp:sm:3' h='${count}'/>` : '');
    else answer(answers.find(([start]) => stanza.startsWith(start))?.[1] ?? '');
  });
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    if (bytes.includes('<stream:stream')) answer(header);
    scanner.scan(bytes);
  });
}

async function withServer(onMessage: OnMessage, work: (port: number, heard: string[]) => Promise<void>, ackEvery = 1): Promise<void> {
  const heard: string[] = [];
  const server: Server = createServer((socket) => serve(socket, heard, onMessage, ackEvery));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await work(port, heard);
  } finally {
    server.close();
  }
}

async function withUser(port: number, enter: (connection: XmppConnection) => Promise<void>, work: (user: XmppConnection) => Promise<void>) {
  const connection = await logIn(port, 'ann', 'good');
  try {
    await enter(connection);
    await work(connection);
  } finally {
    connection.close();
  }
}

const joinIt = (connection: XmppConnection): Promise<void> => joinRoom(connection, room);
const countIt = (connection: XmppConnection): Promise<void> => connection.enableAcks();
const loadRoom = (connection: XmppConnection) =>
  new ClosedLoop([{ connection, conversationId: room, window: 3 }], [connection], times).run();
const loadPair = (connection: XmppConnection) =>
  new ClosedLoop([{ connection, conversationId: 'bob@localhost', window: 3 }], [], times).run();

/** Reflects a message as a room does: to all members, with the sender's id. */
const reflect: OnMessage = (message, _, answer) => answer(message.replace(/ to='[^']*'/, ` from='${room}/ann' xml:lang='en'`));

describe('the generator against an XMPP server', () => {
  it("counts a member's own message from the room as ack and delivery", () =>
    withServer(reflect, (port) =>
      withUser(port, joinIt, async (connection) => {
        const figures = await loadRoom(connection);
        expect(figures.acksPerSecond).toBeGreaterThan(0);
        expect(figures.deliveriesPerSecond / figures.acksPerSecond).toBeCloseTo(1, 0);
      }),
    ));

  it("counts another member's message as a delivery only", () =>
    withServer(
      (message, _, answer) => answer(message.replace("id='ann-", "id='anne-")),
      (port) => withUser(port, joinIt, (connection) => expect(loadRoom(connection)).rejects.toThrow('3 sends were never acknowledged')),
    ));

  it("counts the server's ack for all sends up to its number", () =>
    withServer(
      () => undefined,
      (port, heard) =>
        withUser(port, countIt, async (connection) => {
          const { sent, acksPerSecond } = await loadPair(connection);
          expect(acksPerSecond).toBeGreaterThan(0);
          expect(heard.filter((stanza) => stanza.startsWith('<message'))).toHaveLength(sent);
        }),
      3,
    ));

  it('fails when the server ends the stream of a sender', () =>
    withServer(
      (_, number, answer) => (number === 5 ? answer('</stream:stream>') : undefined),
      (port) => withUser(port, countIt, (connection) => expect(loadPair(connection)).rejects.toThrow('ended a stream')),
    ));

  it('fails when a send is refused', () =>
    withServer(
      (message, number, answer) =>
        number === 5 ? answer(message.replace("type='groupchat'", "type='error'")) : reflect(message, number, answer),
      (port) => withUser(port, joinIt, (connection) => expect(loadRoom(connection)).rejects.toThrow("type='error'")),
    ));

  it('answers an ack request of the server with the number of received stanzas', () =>
    withServer(
      (_, number, answer) => answer(`<message from='bob@localhost' id='bob-${number}'/><r xmlns='urn:xmpp:sm:3'/>`),
      (port, heard) =>
        withUser(port, countIt, async (connection) => {
          await new ClosedLoop([{ connection, conversationId: 'bob@localhost', window: 1 }], [connection], times).run();
          expect(heard).toContain("<a xmlns='urn:xmpp:sm:3' h='5'/>");
        }),
    ));

  it('reports a refused login', () =>
    withServer(reflect, (port) => expect(logIn(port, 'ann', 'bad')).rejects.toThrow('refused: <failure/>')));
});
