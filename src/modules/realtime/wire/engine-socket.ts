import { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { readEvent } from './read-event.js';

/*
 * The only file that knows private fields of Socket.IO, Engine.IO and `ws`. What is not as it was in the versions this was
 * written for means "not now", and the way through Socket.IO is taken. `engine-socket.spec.ts` says when that is always so.
 */

/** The transport-level connection below a socket. */
export type EngineSocket = Socket['conn'];

/** What waits in memory because the client does not read. */
export interface Backlog {
  readonly packets: number;
  /** Without the largest packet: one big answer that the client asked for is no backlog. */
  readonly bytes: number;
}

interface WebSocketFields {
  readonly readyState: number;
  terminate(): void;
}

interface Sender {
  readonly _state: number;
  readonly _queue: readonly unknown[];
}

const none: Backlog = { packets: 0, bytes: 0 };
const webSocketOpen = 1;
const webSocketClosed = 3;
const senderIdle = 0;
/**
 * What may wait in the operating system's queue of a connection that is written to directly. More, and it is treated as a slow
 * one: then Engine.IO's buffer fills, and that is what the limits of slow readers look at.
 */
const waitingBytesMax = 65_536;

/**
 * What waits for the transport. Engine.IO hands over its whole buffer when the former batch has reached the operating
 * system, so what the transport itself holds is at most one such batch, and one turn's gathered frames before it.
 */
export function backlogOf(conn: EngineSocket): Backlog {
  const waiting = writeBufferOf(conn);
  if (waiting.length === 0) return none;
  let bytes = 0;
  let largest = 0;
  for (const packet of waiting) {
    const size = sizeOf(packet);
    bytes += size;
    if (size > largest) largest = size;
  }
  return { packets: waiting.length, bytes: bytes - largest };
}

/** Forgets what waits for the transport, so that it is released at once. */
export function dropBacklog(conn: EngineSocket): void {
  const waiting = field(conn, 'writeBuffer');
  if (Array.isArray(waiting)) waiting.length = 0;
}

/** Whether the connection still holds a transport that is not closed. */
export function isLingering(conn: EngineSocket): boolean {
  const webSocket = webSocketOf(conn);
  return webSocket === undefined ? conn.readyState !== 'closed' : webSocket.readyState !== webSocketClosed;
}

/** Cuts the connection without asking the client: what the operating system has not taken is gone. */
export function terminate(conn: EngineSocket): void {
  dropBacklog(conn);
  const webSocket = webSocketOf(conn);
  if (webSocket === undefined) conn.close(true);
  else webSocket.terminate();
}

/**
 * The TCP connection of a socket to which whole WebSocket frames may be written right now: an open WebSocket that is not being
 * upgraded or closed, does not compress, and has nothing queued that the frames could overtake. Else undefined.
 */
export function directLine(conn: EngineSocket): TcpSocket | undefined {
  if (conn.readyState !== 'open' || field(conn, 'upgrading') !== false || !isEmpty(field(conn, 'writeBuffer'))) return undefined;
  const { transport } = conn;
  if (transport.name !== 'websocket' || !transport.writable || transport.readyState !== 'open') return undefined;
  if (field(transport, 'discarded') !== false || field(transport, 'perMessageDeflate') !== false) return undefined;
  const webSocket = webSocketOf(conn);
  if (webSocket?.readyState !== webSocketOpen || !isIdle(field(webSocket, '_sender'))) return undefined;
  const line = field(webSocket, '_socket');
  if (!(line instanceof TcpSocket) || !line.writable || line.destroyed) return undefined;
  return line.writableCorked === 0 && line.writableLength <= waitingBytesMax ? line : undefined;
}

/** A packet whose WebSocket frame is made already; one object for all who get it. */
export interface FramedPacket {
  readonly packet: string;
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };
}

/** A transport of another kind encodes the packet. Engine.IO does so for broadcasts. */
export function framedPacket(packet: string, frame: Buffer): FramedPacket {
  return { packet, options: { compress: false, wsPreEncodedFrame: [frame] } };
}

/** Sends the packet by way of Engine.IO. */
export function writeFramed(conn: EngineSocket, { packet, options }: FramedPacket): void {
  conn.write(packet, options);
}

type Take = (args: readonly unknown[], ackId: number | undefined) => void;

/**
 * Takes the events a client sends, with their arguments, before Socket.IO looks for listeners; `ackId` when an answer is wanted. Those
 * that `readEvent` reads are taken where Engine.IO hands them over, in the same turn of the loop and without the objects, the
 * events and the tick that Socket.IO makes of each packet.
 */
export function takeEvents(socket: Socket, take: Take): void {
  takeParsed(socket, take);
  takeText(socket, take);
}

function takeText(socket: Socket, take: Take): void {
  const { client, conn } = socket;
  const decoder = field(client, 'decoder');
  const passOn = field(client, 'ondata');
  if (!isListener(passOn) || !conn.listeners('data').includes(passOn) || typeof decoder !== 'object' || decoder === null) return;
  conn.removeListener('data', passOn);
  conn.on('data', (packet: unknown) => {
    // A packet with attachments may be half there: whatever comes in between is for the parser to refuse.
    const event = socket.connected && isNothing(field(decoder, 'reconstructor')) ? readEvent(packet) : undefined;
    if (event === undefined) passOn(packet);
    else take(event.args, event.ackId);
  });
}

function takeParsed(socket: Socket, take: Take): void {
  const passOn = socket._onpacket;
  socket._onpacket = (packet) => {
    const isEvent = packet.type === eventPacketType || packet.type === binaryEventPacketType;
    if (isEvent && Array.isArray(packet.data)) take(packet.data, packet.id);
    else passOn.call(socket, packet);
  };
}

function isListener(value: unknown): value is (packet: unknown) => void {
  return typeof value === 'function';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

const eventPacketType = 2;
const binaryEventPacketType = 5;
const noHandshake = Object.freeze({});

/** Lets go of the request that opened the connection, with its headers and the token: nobody asks for them once it is proven. */
export function forgetHandshake(socket: Socket): void {
  Reflect.set(socket.conn, 'request', null);
  Reflect.set(socket, 'handshake', noHandshake);
}

function webSocketOf(conn: EngineSocket): WebSocketFields | undefined {
  const inner = field(conn.transport, 'socket');
  return isWebSocket(inner) ? inner : undefined;
}

function isWebSocket(value: unknown): value is WebSocketFields {
  return (
    typeof value === 'object' && value !== null && 'terminate' in value && typeof value.terminate === 'function' && 'readyState' in value
  );
}

function isIdle(value: unknown): value is Sender {
  if (typeof value !== 'object' || value === null || !('_state' in value) || !('_queue' in value)) return false;
  return value._state === senderIdle && isEmpty(value._queue);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function writeBufferOf(conn: EngineSocket): readonly unknown[] {
  const buffer = field(conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer : [];
}

/** A field that the types do not show. */
function field(object: object, name: string): unknown {
  return Reflect.get(object, name);
}

function sizeOf(packet: unknown): number {
  if (typeof packet !== 'object' || packet === null || !('data' in packet)) return 0;
  const { data } = packet;
  if (typeof data === 'string') return data.length;
  return data instanceof Uint8Array ? data.byteLength : 0;
}
