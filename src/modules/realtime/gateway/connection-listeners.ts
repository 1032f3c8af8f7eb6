import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type DecoratedMethod, DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import type { Caller } from '../../../transport/caller.js';
import { connectedMarker, disconnectedMarker } from '../connection-events.js';

type Listeners = ReadonlyArray<DecoratedMethod<true>>;

/** Notifies the `@OnConnected` and `@OnDisconnected` methods of all features. */
@Injectable()
export class ConnectionListeners implements OnModuleInit {
  private readonly logger = new Logger(ConnectionListeners.name);
  private connected: Listeners = [];
  private disconnected: Listeners = [];

  constructor(private readonly methods: DecoratedMethods) {}

  onModuleInit(): void {
    this.connected = this.methods.findMethods(connectedMarker);
    this.disconnected = this.methods.findMethods(disconnectedMarker);
  }

  /** Notifies one listener after the other. Never rejects. */
  async notifyConnected(caller: Caller, socketId: string): Promise<void> {
    for (const { name, call } of this.connected) {
      try {
        await call(caller, socketId);
      } catch (error) {
        this.logger.error({ err: error, socketId }, `${name} failed for a new connection`);
      }
    }
  }

  /** Notifies all listeners. Never throws. */
  notifyDisconnected(caller: Caller, socketId: string): void {
    for (const { name, call } of this.disconnected) {
      try {
        call(caller, socketId);
      } catch (error) {
        this.logger.error({ err: error, socketId }, `${name} failed for a closed connection`);
      }
    }
  }
}
