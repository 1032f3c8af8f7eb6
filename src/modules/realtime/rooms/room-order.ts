import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { type Position, positionOf } from '../connections/position.js';
import type { RoomEvent } from '../connections/room-event.js';
import { roomOf } from '../connections/room-names.js';
import { SocketServer } from '../connections/socket-server.js';
import { RevisionQueue } from './revision-queue.js';

/** How long an event waits for an earlier one of another node. After that, the clients see the gap and synchronise. */
const gapTimeoutMs = 400;
/** Events of one room that may wait for an earlier one. */
const waitingMax = 2000;

interface RoomState {
  epoch: string;
  readonly queue: RevisionQueue;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Emits the events of each conversation in the order of their revisions. Several nodes publish events of one conversation, and with the
 * queue of each node all sockets get them in one order, whichever nodes they and the senders are connected to. A single process emits in
 * order anyway, and has no queues.
 */
@Injectable()
export class RoomOrder implements OnModuleDestroy {
  private readonly states = new Map<string, RoomState>();

  constructor(
    private readonly server: SocketServer,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
  ) {}

  onModuleDestroy(): void {
    for (const room of [...this.states.keys()]) this.forgetRoom(room);
  }

  /** Sends the event to the sockets of this node, at once or when its turn comes. Never throws. */
  emitInOrder(event: RoomEvent): void {
    const position = this.redis === null ? undefined : positionOf(event.payload);
    if (position === undefined || event.room === undefined) return this.server.emitEvent(event);
    const state = this.states.get(event.room);
    if (state?.epoch === position.epoch) {
      state.queue.addEvent(position.rev, () => this.server.emitEvent(event));
      return this.limitWaiting(event.room, state);
    }
    this.server.emitEvent(event);
    if (state !== undefined) this.forgetRoom(event.room);
    if (this.server.hasSockets(event.room)) this.trackRoom(event.room, position);
  }

  /** Runs the action once all events up to and including this position were emitted. Never throws. */
  runAfter(id: ConversationId, position: Position, action: () => void): void {
    const room = roomOf.conversation(id);
    const state = this.states.get(room);
    if (state?.epoch === position.epoch) {
      state.queue.addAction(position.rev, action);
      return this.limitWaiting(room, state);
    }
    action();
    if (state === undefined) this.trackConversation(id, position);
  }

  /** Starts to order the conversation's events from this position, unless they are ordered already. */
  trackConversation(id: ConversationId, position: Position): void {
    const room = roomOf.conversation(id);
    if (this.redis !== null && !this.states.has(room) && this.server.hasSockets(room)) this.trackRoom(room, position);
  }

  /** Stops ordering the room's events, because no socket is in it any more. Waiting entries run at once. */
  forgetRoom(room: string): void {
    const state = this.states.get(room);
    if (state === undefined) return;
    this.states.delete(room);
    clearTimeout(state.timer);
    state.queue.runAll();
  }

  private trackRoom(room: string, { epoch, rev }: Position): void {
    this.states.set(room, { epoch, queue: new RevisionQueue(rev), timer: undefined });
  }

  /** Keeps entries from waiting for too long, and too many of them. */
  private limitWaiting(room: string, state: RoomState): void {
    if (state.queue.waitingCount > waitingMax) state.queue.runAll();
    if (state.queue.waitingCount === 0) {
      clearTimeout(state.timer);
      state.timer = undefined;
      return;
    }
    state.timer ??= setTimeout(() => {
      state.timer = undefined;
      if (this.states.get(room) === state) state.queue.runAll();
    }, gapTimeoutMs);
  }
}
