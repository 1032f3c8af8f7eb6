import { Manager } from 'socket.io-client';
import { nextServerUrl } from './environment.js';
import { within } from './until.js';

/**
 * A connection that never logs in: the transport is open, but Socket.IO's own handshake is skipped.
 * Shows what a client without a token can do.
 */
export class RawConnection {
  readonly closed: Promise<string>;
  readonly received: string[] = [];
  private readonly manager: Manager;

  constructor(url = nextServerUrl()) {
    this.manager = new Manager(url, { autoConnect: false, reconnection: false, transports: ['websocket'] });
    this.closed = new Promise((resolve) => this.manager.once('close', resolve));
  }

  async open(): Promise<this> {
    const opened = new Promise<void>((resolve, reject) => {
      this.manager.open((error?: Error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
    await within(5000, 'the transport opens', opened);
    this.manager.engine.on('data', (data) => this.received.push(String(data)));
    return this;
  }

  /** Sends an event with ack id 7 to the default namespace, which this client has not joined. */
  sendEvent(name: string, payload: unknown): void {
    this.manager.engine.send(`27${JSON.stringify([name, payload])}`);
  }

  close(): void {
    this.manager._close();
  }
}
