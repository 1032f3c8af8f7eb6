import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { JsonText } from '#platform/json-text.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import type { RoomEvent } from '../connections/room-event.js';
import type { Place } from '../relay/relay.js';
import { roomOf } from '../connections/room-names.js';
import { SocketServer } from '../connections/socket-server.js';
import { TurnQueue } from './revision-queue.js';

/** What another node was about to tell is waited for so long; then the clients see the gap and synchronise. */
const patienceMs = 400;
/** Events of one room that may wait for an earlier one. */
const waitingMax = 2000;

interface State {
  epoch: string;
  readonly turns: TurnQueue;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Several nodes tell the events of one conversation; here each comes when its revision is next, so that all sockets hear them
 * in one order, whichever nodes they and the senders are on. A single process tells in order anyway.
 */
@Injectable()
export class RoomOrder implements OnModuleDestroy {
  private readonly states = new Map<string, State>();

  constructor(
    private readonly server: SocketServer,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
  ) {}

  onModuleDestroy(): void {
    for (const room of [...this.states.keys()]) this.forget(room);
  }

  /** Sends the event to the sockets of this node, now or when it is its turn. Never throws. */
  take(event: RoomEvent): void {
    const place = this.redis === null ? undefined : placeOf(event);
    if (place === undefined || event.room === undefined) return this.server.emit(event);
    const state = this.states.get(event.room);
    if (state?.epoch === place.epoch) {
      state.turns.event(place.rev, () => this.server.emit(event));
      return this.look(event.room, state);
    }
    this.server.emit(event);
    if (state !== undefined) this.forget(event.room);
    if (this.server.hasAnybody(event.room)) this.begin(event.room, place);
  }

  /** Runs the action when everything up to and including this place was told. Never throws. */
  runAfter(id: ConversationId, place: Place, action: () => void): void {
    const room = roomOf.conversation(id);
    const state = this.states.get(room);
    if (state?.epoch === place.epoch) {
      state.turns.action(place.rev, action);
      return this.look(room, state);
    }
    action();
    if (state === undefined) this.know(id, place);
  }

  /** Says where a conversation stands that was not heard of yet. */
  know(id: ConversationId, place: Place): void {
    const room = roomOf.conversation(id);
    if (this.redis !== null && !this.states.has(room) && this.server.hasAnybody(room)) this.begin(room, place);
  }

  /** Nobody is in the room any more. What waits is run. */
  forget(room: string): void {
    const state = this.states.get(room);
    if (state === undefined) return;
    this.states.delete(room);
    clearTimeout(state.timer);
    state.turns.runAll();
  }

  private begin(room: string, { epoch, rev }: Place): void {
    this.states.set(room, { epoch, turns: new TurnQueue(rev), timer: undefined });
  }

  private look(room: string, state: State): void {
    if (state.turns.waiting > waitingMax) state.turns.runAll();
    if (state.turns.waiting === 0) {
      clearTimeout(state.timer);
      state.timer = undefined;
      return;
    }
    state.timer ??= setTimeout(() => {
      state.timer = undefined;
      if (this.states.get(room) === state) state.turns.runAll();
    }, patienceMs);
  }
}

/** The place of an event that is a change of its conversation; others (typing, receipts) have none. */
function placeOf(event: RoomEvent): Place | undefined {
  const payload = event.payload instanceof JsonText ? event.payload.value : event.payload;
  if (typeof payload !== 'object' || payload === null || !('rev' in payload) || !('epoch' in payload)) return undefined;
  const { rev, epoch } = payload;
  return typeof rev === 'number' && typeof epoch === 'string' ? { rev, epoch } : undefined;
}
