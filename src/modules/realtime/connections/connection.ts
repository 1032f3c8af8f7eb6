import type { Socket } from 'socket.io';
import type { Caller } from '../../../transport/caller.js';
import type { TokenBucket } from './token-bucket.js';

/** One socket of a user, from the end of its handshake to its close. */
export class Connection {
  /** Rises with each membership change of the user while the connection is open: a list of rooms that was loaded before is stale. */
  membershipVersion = 0;
  /** `opening` until the rooms are joined: commands wait. `closing`: no more commands run. */
  state: 'opening' | 'ready' | 'closing' = 'opening';
  /** When it joined its rooms the last time, in ms of the monotonic clock: it received what was emitted since. */
  listensSince = Number.POSITIVE_INFINITY;
  /** Settles when the connection leaves `opening`; never rejects. */
  whenOpened: Promise<void> = Promise.resolve();
  /** Whether `@OnConnected` methods were called, so that the `@OnDisconnected` methods have to be. */
  isAnnounced = false;

  constructor(
    readonly socket: Socket,
    readonly caller: Caller,
    readonly bucket: TokenBucket,
  ) {}

  get id(): string {
    return this.socket.id;
  }
}
