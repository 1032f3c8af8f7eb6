import { Manager } from 'socket.io-client';
import { nextServerUrl } from './environment.js';
import { within } from './until.js';

/**
 * A connection that never logs in: the transport is open, Socket.IO's own handshake is not made.
 * For what a client might try that skips it.
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

  /** Sends an event packet with the ack number 7 on the default namespace, which was never joined. */
  sendEvent(name: string, payload: unknown): void {
    this.manager.engine.send(`27${JSON.stringify([name, payload])}`);
  }

  close(): void {
    this.manager._close();
  }
}
