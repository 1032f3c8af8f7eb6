import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Credentials } from './api.js';
import { nextServerUrl } from './environment.js';
import { within } from './until.js';

/**
 * A client that logs in over a WebSocket and then stops reading, so that packets fill the buffers of the operating system and then
 * wait in the server. It uses the bare connection, because no client library can stop reading.
 */
export class SlowReader {
  /** Everything received, as text. */
  received = '';
  readonly closed: Promise<void>;

  private constructor(private readonly connection: Socket) {
    this.closed = new Promise((resolve) => connection.once('close', () => resolve()));
    connection.on('error', () => undefined);
    connection.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
    });
  }

  /** Connects, logs in, and waits for `session.ready`. */
  static async connect(caller: Credentials): Promise<SlowReader> {
    const reader = new SlowReader(await upgrade(caller.url ?? nextServerUrl()));
    reader.sendText(`40${JSON.stringify({ token: caller.accessToken })}`);
    await within(10_000, 'session.ready', reader.sees('session.ready'));
    return reader;
  }

  /** The names of the received events, in order. */
  namesOfEvents(): string[] {
    return [...this.received.matchAll(/42\["([a-z.]+)",/g)].map((match) => String(match[1]));
  }

  stopReading(): void {
    this.connection.pause();
  }

  readAgain(): void {
    this.connection.resume();
  }

  close(): void {
    this.connection.destroy();
  }

  private async sees(text: string): Promise<void> {
    if (this.received.includes(text)) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!this.received.includes(text)) return;
        this.connection.off('data', look);
        resolve();
      };
      this.connection.on('data', look);
    });
  }

  /** One masked text frame of at most 64 KiB (RFC 6455, section 5.2). */
  private sendText(text: string): void {
    const payload = Buffer.from(text);
    const mask = randomBytes(4);
    const head =
      payload.length < 126
        ? Buffer.from([0x81, 0x80 | payload.length])
        : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
    this.connection.write(Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask.readUInt8(index % 4))]));
  }
}

function upgrade(baseUrl: string): Promise<Socket> {
  const upgradeRequest = request(`${baseUrl}/socket.io/?EIO=4&transport=websocket`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  });
  const upgraded = new Promise<Socket>((resolve, reject) => {
    upgradeRequest.once('upgrade', (_, socket) => resolve(socket));
    upgradeRequest.once('response', (response) => reject(new Error(`no upgrade: ${response.statusCode}`)));
    upgradeRequest.once('error', reject);
  });
  upgradeRequest.end();
  return within(5000, 'the upgrade to a WebSocket', upgraded);
}
