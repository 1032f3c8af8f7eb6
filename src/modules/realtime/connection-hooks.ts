import { Injectable, Logger } from '@nestjs/common';
import type { EventPayload } from '#contracts/events.js';
import type { ConversationId } from '#contracts/primitives.js';
import type { Caller } from '../../transport/caller.js';

export type ReadyConversations = EventPayload<'session.ready'>['conversations'];

/** What a new connection listens to. */
export interface Opening {
  /** The conversations the user is in, as they are now. */
  readonly rooms: readonly ConversationId[];
  /**
   * Where each of them stands. Called after the rooms are joined: what it says is never older than the subscription,
   * so that a client that is at these revisions misses nothing.
   */
  readonly ready: () => Promise<ReadyConversations>;
}

type Authenticate = (token: string) => Promise<Caller>;
type Readmit = (caller: Caller) => Promise<void>;
type Open = (caller: Caller) => Promise<Opening>;
type OnConnected = (caller: Caller, socketId: string) => void | Promise<void>;
type OnDisconnected = (caller: Caller, socketId: string) => void;

/** What features have to say about a connection's life. They register in `onModuleInit`; realtime calls. */
@Injectable()
export class ConnectionHooks {
  private readonly logger = new Logger(ConnectionHooks.name);
  private authenticator: Authenticate | undefined;
  private readmitter: Readmit | undefined;
  private opener: Open | undefined;
  private readonly connected: OnConnected[] = [];
  private readonly disconnected: OnDisconnected[] = [];

  /** Who proves a handshake's token: answers the caller or throws an `AppError` of `auth.*`. Exactly one. */
  authenticateWith(authenticate: Authenticate): void {
    if (this.authenticator !== undefined) throw new Error('the handshake is authenticated by two modules');
    this.authenticator = authenticate;
  }

  /** Who says whether a caller that came in is still admitted: throws an `AppError` of `auth.*` when not. Exactly one. */
  readmitWith(readmit: Readmit): void {
    if (this.readmitter !== undefined) throw new Error('callers are readmitted by two modules');
    this.readmitter = readmit;
  }

  /** Who knows a user's conversations. Exactly one. May be called again for the same connection when memberships change meanwhile. */
  openWith(open: Open): void {
    if (this.opener !== undefined) throw new Error('connections are opened by two modules');
    this.opener = open;
  }

  /** Called once the rooms are joined, before `session.ready`; awaited. A failure is logged and does not close the connection. */
  onConnected(listener: OnConnected): void {
    this.connected.push(listener);
  }

  /** Called once per connection for which `onConnected` was called. Must not throw. */
  onDisconnected(listener: OnDisconnected): void {
    this.disconnected.push(listener);
  }

  /** Proves a token. For realtime only, like all below. */
  authenticate(token: string): Promise<Caller> {
    if (this.authenticator === undefined) throw new Error('nobody authenticates the handshake');
    return this.authenticator(token);
  }

  readmit(caller: Caller): Promise<void> {
    if (this.readmitter === undefined) throw new Error('nobody readmits callers');
    return this.readmitter(caller);
  }

  open(caller: Caller): Promise<Opening> {
    if (this.opener === undefined) throw new Error('nobody opens connections');
    return this.opener(caller);
  }

  async tellConnected(caller: Caller, socketId: string): Promise<void> {
    for (const listener of this.connected) {
      try {
        await listener(caller, socketId);
      } catch (err) {
        this.logger.error({ err, socketId }, 'a listener of new connections failed');
      }
    }
  }

  tellDisconnected(caller: Caller, socketId: string): void {
    for (const listener of this.disconnected) {
      try {
        listener(caller, socketId);
      } catch (err) {
        this.logger.error({ err, socketId }, 'a listener of closed connections failed');
      }
    }
  }
}
