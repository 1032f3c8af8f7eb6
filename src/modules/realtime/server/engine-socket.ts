import type { Socket } from 'socket.io';

/** The transport-level connection below a socket. */
export type EngineSocket = Socket['conn'];

/** What waits in memory because the client does not read. */
export interface Backlog {
  readonly packets: number;
  /** Without the largest packet: one big answer that the client asked for is no backlog. */
  readonly bytes: number;
}

const none: Backlog = { packets: 0, bytes: 0 };

/**
 * What waits for the transport. Engine.IO hands over its whole buffer when the former batch has reached the operating
 * system, so what the transport itself holds is at most one such batch.
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
  writeBufferOf(conn).length = 0;
}

/** Whether the connection still holds a transport that is not closed. */
export function isLingering(conn: EngineSocket): boolean {
  const webSocket = webSocketOf(conn);
  return webSocket === undefined ? Reflect.get(conn, 'readyState') !== 'closed' : webSocket.readyState !== 3;
}

/** Cuts the connection without asking the client: what the operating system has not taken is gone. */
export function terminate(conn: EngineSocket): void {
  dropBacklog(conn);
  const webSocket = webSocketOf(conn);
  if (webSocket === undefined) conn.close(true);
  else webSocket.terminate();
}

interface TerminableWebSocket {
  readonly readyState: number;
  terminate(): void;
}

function webSocketOf(conn: EngineSocket): TerminableWebSocket | undefined {
  const inner: unknown = Reflect.get(conn.transport, 'socket');
  return isTerminable(inner) ? inner : undefined;
}

function isTerminable(value: unknown): value is TerminableWebSocket {
  return (
    typeof value === 'object' && value !== null && 'terminate' in value && typeof value.terminate === 'function' && 'readyState' in value
  );
}

function writeBufferOf(conn: EngineSocket): unknown[] {
  const buffer: unknown = Reflect.get(conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer : [];
}

function sizeOf(packet: unknown): number {
  if (typeof packet !== 'object' || packet === null || !('data' in packet)) return 0;
  const { data } = packet;
  if (typeof data === 'string') return data.length;
  return data instanceof Uint8Array ? data.byteLength : 0;
}
