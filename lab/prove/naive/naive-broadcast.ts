import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * A first draft of a chat server: one room for everyone, Socket.IO's defaults. The row `slow-readers` compares Parley's memory with
 * it. Arguments: port, messages per second, bytes per message.
 */
const [port, perSecond, bytes] = process.argv.slice(2).map(Number);
const everyMs = 50;

const server = createServer();
const io = new Server(server);
io.on('connection', (socket) => socket.emit('session.ready', {}));
const text = 'x'.repeat(bytes ?? 2048);
let sent = 0;
const startedAt = performance.now();
setInterval(() => {
  const due = ((performance.now() - startedAt) / 1000) * (perSecond ?? 2000);
  for (; sent < due; sent += 1) io.emit('message.created', { sent, text });
}, everyMs);
server.listen(port, '127.0.0.1', () => process.stdout.write('{"msg":"ready"}\n'));
