import { html, type Html } from '../../../transport/html.js';

/** A complete first client: it connects, sends a message, and prints new ones in their order. */
const example = `import { io } from 'socket.io-client';

const server = 'http://localhost:3000';
const session = await fetch(server + '/v1/auth/guest', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ displayName: 'Ada' }),
}).then((response) => response.json());

const socket = io(server, { auth: { token: session.accessToken } });
const revs = new Map();

socket.on('connect_error', (error) => console.error('refused:', error.data?.code ?? error.message));
socket.on('session.ready', async ({ conversations }) => {
  for (const { id, epoch, rev } of conversations) revs.set(id, { epoch, rev });
  if (conversations.length === 0) return;

  const ack = await socket.timeout(10_000).emitWithAck('message.send', {
    conversationId: conversations[0].id,
    clientId: crypto.randomUUID(),
    text: 'Hello from Ada',
  });
  console.log(ack.ok ? 'committed as seq ' + ack.data.seq : 'refused: ' + ack.error.code);
});
socket.on('message.created', (message) => {
  const known = revs.get(message.conversationId);
  if (known && message.rev !== known.rev + 1) console.log('a change was missed: call conversation.sync');
  revs.set(message.conversationId, { epoch: message.epoch, rev: message.rev });
  console.log(message.senderId + ': ' + message.text);
});`;

/** How to connect, send and miss nothing, with an example that runs. */
export function walkthrough(): Html {
  return html`<h2 id="connect">Connect</h2>
    <ol class="steps">
      <li>
        Get an access token over REST: <code>POST /v1/auth/guest</code>, <code>/v1/auth/login</code> or <code>/v1/auth/register</code>.
      </li>
      <li>
        Connect Socket.IO to the same address, default namespace, path <code>/socket.io</code>, with <code>auth: { token }</code>. A bad
        token fails the handshake: <code>connect_error</code> with <code>data: { code }</code>.
      </li>
      <li>
        Wait for <a href="#event-session.ready"><code>session.ready</code></a
        >. The socket receives every event from then on. Fetch what you need, and drop duplicates by their <code>rev</code>.
      </li>
      <li>
        Send commands with an acknowledgement. If a send is not acked, send it again with the same <code>clientId</code>: it stays one
        message. A command without an acknowledgement runs too, and its failure arrives as
        <a href="#event-command.failed"><code>command.failed</code></a
        >.
      </li>
      <li>
        Order the events of a conversation by <code>rev</code>. If the next one is not <code>rev + 1</code>, call
        <a href="#command-conversation.sync"><code>conversation.sync</code></a
        >.
      </li>
    </ol>
    <div class="example">
      <button type="button" hidden>Copy</button>
      <pre><code>${example}</code></pre>
    </div>`;
}
