/**
 * Bare `ws`: the WebSocket library below Socket.IO. It speaks just enough of Socket.IO's protocol for the same generator: it parses
 * a send, serializes it once for its room, writes it to each member and acknowledges it.
 */
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { Echoes, roomsOf, logReady } from './echo-message.js';

const echoes = new Echoes();
const members = new Map<string, Set<WebSocket>>();
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 131_072 });
const opening = '0{"sid":"bare","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":131072}';

server.on('connection', (socket) => {
  const rooms: string[] = [];
  socket.on('message', (data: Buffer) => receive(socket, rooms, data.toString()));
  socket.on('close', () => rooms.forEach((room) => leave(room, socket)));
  socket.on('error', () => socket.terminate());
  socket.send(opening);
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  logReady(typeof address === 'object' && address !== null ? address.port : 0);
});
process.once('SIGTERM', () => process.exit(0));

function receive(socket: WebSocket, rooms: string[], packet: string): void {
  if (packet.startsWith('42')) send(socket, packet);
  else if (packet.startsWith('40')) open(socket, rooms, JSON.parse(packet.slice(2) || '{}'));
}

function open(socket: WebSocket, rooms: string[], auth: unknown): void {
  rooms.push(...roomsOf(auth));
  for (const room of rooms) {
    const others = members.get(room);
    if (others === undefined) members.set(room, new Set([socket]));
    else others.add(socket);
  }
  socket.send('40{"sid":"bare"}');
  socket.send('42["session.ready",{}]');
}

function send(socket: WebSocket, packet: string): void {
  const from = packet.indexOf('[');
  const command: unknown = JSON.parse(packet.slice(from));
  const echo = Array.isArray(command) ? echoes.echo(command[1]) : null;
  if (echo === null) return;
  const event = Buffer.from(`42${JSON.stringify(['message.created', echo.event])}`);
  for (const member of members.get(echo.room) ?? []) member.send(event, { binary: false });
  socket.send(`43${packet.slice(2, from)}${JSON.stringify([{ ok: true, data: echo.message }])}`);
}

function leave(room: string, socket: WebSocket): void {
  const rest = members.get(room);
  rest?.delete(socket);
  if (rest?.size === 0) members.delete(room);
}
