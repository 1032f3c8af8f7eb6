import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * What people write first: everybody is in one room and everything is sent to it, defaults everywhere. The scoreboard's
 * memory row is measured beside it. Port in the first argument, messages per second and bytes in the next two.
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
