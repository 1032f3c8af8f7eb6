import { Injectable, Logger } from '@nestjs/common';
import type { EventName, EventPayload } from '../../../contracts/events.js';
import type { ConversationId, SessionId, UserId } from '../../../contracts/primitives.js';
import { metrics } from '../../platform/metrics.js';
import { roomOf } from './server/room-names.js';
import { SocketServer } from './server/socket-server.js';

/** Sends events of the contract to sockets: synchronous, encoded once however many listen, and never throws. */
@Injectable()
export class Emitter {
  private readonly logger = new Logger(Emitter.name);

  constructor(private readonly server: SocketServer) {}

  /** To all who are in the conversation, but for the sockets of `exceptUser`. */
  toConversation<N extends EventName>(
    id: ConversationId,
    event: N,
    payload: EventPayload<N>,
    options?: { readonly exceptUser?: UserId },
  ): void {
    this.send(roomOf.conversation(id), event, payload, options?.exceptUser);
  }

  /** To all sockets of the user. */
  toUser<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.user(id), event, payload);
  }

  /** To the sockets of one session. */
  toSession<N extends EventName>(id: SessionId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.session(id), event, payload);
  }

  /** To those who watch the user's presence. */
  toPresenceWatchers<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.presence(id), event, payload);
  }

  /** To everybody who is connected. */
  toEveryone<N extends EventName>(event: N, payload: EventPayload<N>): void {
    this.send(undefined, event, payload);
  }

  private send(room: string | undefined, event: EventName, payload: unknown, exceptUser?: UserId): void {
    const { io } = this.server;
    if (io === undefined) return;
    try {
      const target = room === undefined ? io.except([]) : io.to(room);
      (exceptUser === undefined ? target : target.except(roomOf.user(exceptUser))).emit(event, payload);
      metrics.countDelivered();
    } catch (err) {
      this.logger.error({ err, event }, 'an event could not be sent');
    }
  }
}
