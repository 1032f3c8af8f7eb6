import { EventEmitter } from 'node:events';
import { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { parsePayload, readAckId, readEvent } from './read-event.js';

/*
 * The only file that knows private fields of Socket.IO, Engine.IO and `ws`. When a field is not what it was in the versions this file was
 * written for, the packet takes the regular way through Socket.IO. `engine-socket.spec.ts` fails when an update makes that permanent.
 */

/** The transport-level connection below a socket. */
export type EngineSocket = Socket['conn'];

/** What waits in memory because the client does not read. */
export interface Backlog {
  readonly packets: number;
  /** The size without the largest packet: a single big answer that the client asked for is not a backlog. */
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

const emptyBacklog: Backlog = { packets: 0, bytes: 0 };
const webSocketOpen = 1;
const webSocketClosed = 3;
const senderIdle = 0;
/**
 * Bytes that may wait in the operating system's queue of a connection that is written to directly. Beyond them, packets go through
 * Engine.IO and fill its buffer, which is what the limits for slow readers measure.
 */
const queuedBytesMax = 65_536;

/**
 * The packets that wait for the transport. Engine.IO passes its whole buffer to the transport once the previous batch has reached the
 * operating system, so the transport itself holds at most one such batch and the frames of one turn of the event loop.
 */
export function backlogOf(conn: EngineSocket): Backlog {
  const waiting = writeBufferOf(conn);
  if (waiting.length === 0) return emptyBacklog;
  let bytes = 0;
  let largest = 0;
  for (const packet of waiting) {
    const size = sizeOf(packet);
    bytes += size;
    if (size > largest) largest = size;
  }
  return { packets: waiting.length, bytes: bytes - largest };
}

/** Discards the packets that wait for the transport, so that their memory is freed at once. */
export function dropBacklog(conn: EngineSocket): void {
  const waiting = field(conn, 'writeBuffer');
  if (Array.isArray(waiting)) waiting.length = 0;
}

/** Whether the connection still holds a transport that is not closed. */
export function hasOpenTransport(conn: EngineSocket): boolean {
  const webSocket = webSocketOf(conn);
  return webSocket === undefined ? conn.readyState !== 'closed' : webSocket.readyState !== webSocketClosed;
}

/** Cuts the connection without a closing handshake. Bytes that the operating system has not accepted are lost. */
export function terminateConnection(conn: EngineSocket): void {
  dropBacklog(conn);
  const webSocket = webSocketOf(conn);
  if (webSocket === undefined) conn.close(true);
  else webSocket.terminate();
}

/**
 * The TCP connection to which whole WebSocket frames may be written right now, or undefined. It takes an open WebSocket that is not being
 * upgraded or closed, does not compress, and has nothing queued that the frames could overtake.
 */
export function writableTcpSocket(conn: EngineSocket): TcpSocket | undefined {
  if (conn.readyState !== 'open' || field(conn, 'upgrading') !== false || !isEmpty(field(conn, 'writeBuffer'))) return undefined;
  const { transport } = conn;
  if (transport.name !== 'websocket' || !transport.writable || transport.readyState !== 'open') return undefined;
  if (field(transport, 'discarded') !== false || field(transport, 'perMessageDeflate') !== false) return undefined;
  const webSocket = webSocketOf(conn);
  if (webSocket?.readyState !== webSocketOpen || !isIdle(field(webSocket, '_sender'))) return undefined;
  const tcpSocket = field(webSocket, '_socket');
  if (!(tcpSocket instanceof TcpSocket) || !tcpSocket.writable || tcpSocket.destroyed) return undefined;
  return tcpSocket.writableCorked === 0 && tcpSocket.writableLength <= queuedBytesMax ? tcpSocket : undefined;
}

/** A packet whose WebSocket frame is already encoded; one object for all recipients. */
export interface FramedPacket {
  readonly packet: string;
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };
}

/** Joins a packet with its frame, as Engine.IO does for broadcasts. Transports other than WebSocket encode the packet themselves. */
export function framedPacket(packet: string, frame: Buffer): FramedPacket {
  return { packet, options: { compress: false, wsPreEncodedFrame: [frame] } };
}

/** Sends the packet through Engine.IO. */
export function writeFramed(conn: EngineSocket, { packet, options }: FramedPacket): void {
  conn.write(packet, options);
}

type OnEvent = (args: readonly unknown[], ackId: number | undefined) => void;

/** The largest frame that a client may send, and what happens with a larger one. */
export interface FrameLimit {
  readonly bytesMax: number;
  /** Gets the acknowledgement id of a frame that was read: one of up to twice the limit. Others are refused at their first bytes. */
  readonly refuse: (ackId: number | undefined) => void;
}

const noFrameLimit: FrameLimit = { bytesMax: Infinity, refuse: () => undefined };

/**
 * Passes the client's events with their arguments to `onEvent` before Socket.IO looks for listeners; `ackId` is set when the client waits
 * for an answer. Events that `readEvent` understands are taken where Engine.IO delivers them: in the same turn of the loop, and without
 * the objects, events and ticks that Socket.IO creates for each packet. An event with a number that does not survive has an
 * `InexactNumber` as its last argument.
 */
export function interceptEvents(socket: Socket, onEvent: OnEvent, frames: FrameLimit = noFrameLimit): void {
  interceptPackets(socket, onEvent);
  interceptText(socket, onEvent, frames);
}

function interceptText(socket: Socket, onEvent: OnEvent, { bytesMax, refuse }: FrameLimit): void {
  const { client, conn } = socket;
  const decoder = field(client, 'decoder');
  const passOn = field(client, 'ondata');
  if (!isListener(passOn) || !conn.listeners('data').includes(passOn) || typeof decoder !== 'object' || decoder === null) return;
  conn.removeListener('data', passOn);
  // Its own method parses the JSON without a look at the numbers.
  Reflect.set(decoder, 'tryParse', parsePayload);
  conn.on('data', (packet: unknown) => {
    if (isOverSize(packet, bytesMax)) return refuse(readAckId(packet));
    // While a packet with attachments is incomplete, its parser has to refuse whatever comes in between.
    const event = socket.connected && isNothing(field(decoder, 'reconstructor')) ? readEvent(packet) : undefined;
    if (event === undefined) passOn(packet);
    else onEvent(event.args, event.ackId);
  });
}

/** With the type of Engine.IO, which is one character. A UTF-16 unit takes three bytes at most, so most texts need not be measured. */
function isOverSize(packet: unknown, bytesMax: number): boolean {
  if (typeof packet === 'string') return packet.length * 3 >= bytesMax && Buffer.byteLength(packet) >= bytesMax;
  return packet instanceof Uint8Array && packet.byteLength > bytesMax;
}

/**
 * Calls `onViolation` when the client breaks a protocol, before the connection is closed for it: a WebSocket frame that is malformed or
 * over the transport's limit (`isTooLarge`), and a packet that Socket.IO cannot read.
 */
export function watchViolations(socket: Socket, onViolation: (isTooLarge: boolean) => void): void {
  const watchFrames = () => {
    const webSocket = webSocketOf(socket.conn);
    const receiver = webSocket === undefined ? undefined : field(webSocket, '_receiver');
    // Before the listener of `ws`, which sends the closing frame.
    if (receiver instanceof EventEmitter)
      receiver.prependListener('error', (error: Error & { code?: string }) =>
        onViolation(error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'),
      );
  };
  watchFrames();
  socket.conn.once('upgrade', watchFrames);
  socket.on('error', () => onViolation(false));
}

function interceptPackets(socket: Socket, onEvent: OnEvent): void {
  const passOn = socket._onpacket;
  socket._onpacket = (packet) => {
    const isEvent = packet.type === eventPacketType || packet.type === binaryEventPacketType;
    if (isEvent && Array.isArray(packet.data)) onEvent(packet.data, packet.id);
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

/** Releases the request that opened the connection, with its headers and the token. Nothing reads them after authentication. */
export function releaseHandshake(socket: Socket): void {
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
