import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { becomesTrue, within } from '../../support/wait.js';

/** Bytes to keep of the end of the received data, which holds the last events of the server. */
const keptMax = 65_536;

/**
 * A client that logs in over a WebSocket and then stops reading, so that packets fill the system's buffers and then wait in the
 * server. It uses the bare connection, because no client library can stop reading.
 */
export class SlowReader {
  /** The time when the connection closed, on the clock of the harness. */
  closedAt: number | undefined;
  private received = '';

  private constructor(private readonly connection: Socket) {
    connection.on('error', () => undefined);
    connection.on('close', () => {
      this.closedAt = performance.now();
    });
    connection.on('data', (chunk: Buffer) => {
      this.received = (this.received + chunk.toString('latin1')).slice(-keptMax);
    });
  }

  /** Logs in with Socket.IO's protocol and waits for the event `readyEvent`. */
  static async open(url: string, auth: object, readyEvent: string): Promise<SlowReader> {
    const reader = new SlowReader(await upgrade(url));
    reader.sendText(`40${JSON.stringify(auth)}`);
    if (!(await becomesTrue(() => reader.received.includes(readyEvent), 20_000))) throw new Error(`${readyEvent} did not come`);
    return reader;
  }

  stopReading(): void {
    this.connection.pause();
  }

  /** Reads the remaining data; returns whether the received data contains this text. */
  async drain(text: string): Promise<boolean> {
    this.connection.resume();
    return becomesTrue(() => this.received.includes(text), 3000);
  }

  close(): void {
    this.connection.destroy();
  }

  /** Sends one masked text frame of at most 64 KiB (RFC 6455, section 5.2). */
  private sendText(text: string): void {
    const payload = Buffer.from(text);
    const mask = randomBytes(4);
    const short = payload.length < 126;
    const head = short ? [0x81, 0x80 | payload.length] : [0x81, 0x80 | 126, payload.length >> 8, payload.length & 255];
    this.connection.write(Buffer.concat([Buffer.from(head), mask, payload.map((byte, index) => byte ^ mask.readUInt8(index % 4))]));
  }
}

function upgrade(url: string): Promise<Socket> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const asked = request(`${url}/socket.io/?EIO=4&transport=websocket`, { headers });
  const upgraded = new Promise<Socket>((resolve, reject) => {
    asked.once('upgrade', (_, socket) => resolve(socket));
    asked.once('response', (response) => reject(new Error(`no upgrade: ${response.statusCode ?? 0}`)));
    asked.once('error', reject);
  });
  asked.end();
  return within(5000, 'the upgrade to a WebSocket', upgraded);
}
