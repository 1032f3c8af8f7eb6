import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { metrics } from '#platform/metrics.js';
import type { ShownMessage } from '../connection-events.js';
import type { EngineSocket } from '../wire/engine-socket.js';
import { PacketBatcher } from '../wire/packet-batcher.js';
import { eventPacket } from '../wire/packets.js';
import { LimitedViews } from './limited-views.js';
import { positionOf } from './position.js';
import type { RoomEvent } from './room-event.js';

/** Holds the Socket.IO server of this node once it exists. A process without a server, such as a worker, has no sockets to emit to. */
@Injectable()
export class SocketServer {
  private readonly logger = new Logger(SocketServer.name);
  io: Server | undefined;
  /** Set when the server shuts down: handshakes and commands are refused with `overloaded`. */
  isDraining = false;

  /** The sockets that may not see all messages of their rooms. */
  readonly views = new LimitedViews();
  /** Called for each new message that was emitted to sockets of this node, in order. Must not throw. */
  onMessageEmitted: ((message: ShownMessage) => void) | undefined;
  /** Called when a socket has left a room. Must not throw. */
  onRoomLeft: ((room: string, socketId: string) => void) | undefined;
  /** The name of each room, as its first member brought it. */
  private readonly names = new Map<string, string>();

  constructor(private readonly batcher: PacketBatcher) {}

  /** Takes the server into use. From now on the batcher watches rooms and connections, so that batched packets keep their order. */
  useServer(io: Server): void {
    this.io = io;
    io.engine.on('connection', (conn: EngineSocket) => this.batcher.watchConnection(conn));
    io.sockets.adapter.on('create-room', (room: string) => this.names.set(room, room));
    io.sockets.adapter.on('delete-room', (room: string) => this.names.delete(room));
    io.sockets.adapter.on('leave-room', (room: string, socketId: string) => {
      this.views.forgetView(room, socketId);
      this.onRoomLeft?.(room, socketId);
    });
    for (const change of ['join-room', 'leave-room']) io.sockets.adapter.on(change, (room: string) => this.batcher.endRoomSegment(room));
  }

  /** The room's name as one string for all members, so that it is in memory once. */
  shareRoomName(room: string): string {
    return this.names.get(room) ?? room;
  }

  /** Sends an event to the sockets of this node at the end of the loop's turn, in order with their other packets. Never throws. */
  emitEvent(roomEvent: RoomEvent): void {
    const { room, exceptRoom, alsoExcept, onlyRoom, shown, event, payload } = roomEvent;
    const listeners = onlyRoom ?? room;
    if (this.io === undefined || (listeners !== undefined && !this.hasSockets(listeners))) return;
    try {
      const excluded = shown === undefined || room === undefined ? undefined : this.views.findExcluded(room, shown.seq);
      const packet = eventPacket(event, payload);
      if (excluded !== undefined) this.emitByView(roomEvent, packet, excluded);
      else if (listeners !== undefined && exceptRoom === undefined && alsoExcept === undefined) {
        this.batcher.sendToRoom(listeners, () => this.connectionsIn(listeners), packet);
      } else this.batcher.sendToEach(this.connectionsIn(listeners, exceptRoom, this.outsideOf(alsoExcept)), packet);
      metrics.countDelivered();
      if (shown !== undefined && event === 'message.created') this.onMessageEmitted?.(shown);
    } catch (error) {
      this.logger.error({ err: error, event }, 'an event could not be sent');
    }
  }

  /** Whether a socket of this node is in the room. */
  hasSockets(room: string): boolean {
    return this.io?.sockets.adapter.rooms.has(room) ?? false;
  }

  /** Sends the packet to the sockets that may see its message, and only the new revision to the excluded ones, so that they see no gap. */
  private emitByView(event: RoomEvent, packet: string, excluded: ReadonlySet<string>): void {
    const position = positionOf(event.payload);
    const advanced = { conversationId: event.shown?.conversationId, ...position };
    const isExcluded = (id: string) => excluded.has(id);
    const listeners = event.onlyRoom ?? event.room;
    this.batcher.sendToEach(
      this.connectionsIn(listeners, event.exceptRoom, (id) => !isExcluded(id)),
      packet,
    );
    if (position === undefined) return;
    this.batcher.sendToEach(this.connectionsIn(listeners, event.exceptRoom, isExcluded), eventPacket('conversation.advanced', advanced));
  }

  /** The ids of the sockets of this node in a room. */
  listSockets(room: string): Iterable<string> {
    return this.io?.sockets.adapter.rooms.get(room) ?? [];
  }

  /** Passes the sockets that are in none of these rooms. */
  private outsideOf(rooms: readonly string[] | undefined): (id: string) => boolean {
    const members = rooms?.flatMap((room) => this.io?.sockets.adapter.rooms.get(room) ?? []) ?? [];
    return members.length === 0 ? always : (id) => !members.some((ids) => ids.has(id));
  }

  /** The connections of the sockets in a room, or of all sockets. */
  private connectionsIn(room: string | undefined, exceptRoom?: string, passes: (id: string) => boolean = always): EngineSocket[] {
    if (this.io === undefined) return [];
    const { adapter, sockets } = this.io.sockets;
    const except = exceptRoom === undefined ? undefined : adapter.rooms.get(exceptRoom);
    const found: EngineSocket[] = [];
    for (const id of (room === undefined ? sockets.keys() : adapter.rooms.get(room)) ?? []) {
      const socket = except?.has(id) === true || !passes(id) ? undefined : sockets.get(id);
      if (socket !== undefined) found.push(socket.conn);
    }
    return found;
  }
}

function always(): boolean {
  return true;
}
