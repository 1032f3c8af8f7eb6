import { connect, type Socket } from 'node:net';
import { ClientIdField } from './client-id-field.js';
import { clockUs } from './clock.js';
import { LatencySamples } from '../../support/latency-samples.js';
import type { LoadTimes } from './closed-loop.js';
import { text200 } from './send-frame.js';

/** The conversation that a connection posts to, and its token. */
export interface Poster {
  readonly conversationId: string;
  readonly token: string;
}

const headEnd = Buffer.from('\r\n\r\n');
const drainTimeoutMs = 15_000;

/** A keep-alive connection that posts one message after the other and reads each answer. */
class HttpLane {
  readonly answers = new LatencySamples();
  private readonly request: Buffer;
  private readonly clientId = new ClientIdField();
  private readonly clientIdAt: number;
  private sentAt = 0;
  private got: Buffer = Buffer.alloc(0);
  private finish: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    host: string,
    { conversationId, token }: Poster,
    private readonly from: number,
    private readonly until: number,
  ) {
    const clientId = this.clientId.placeholder;
    const body = JSON.stringify({ clientId, text: text200 });
    const head = [
      `POST /v1/conversations/${conversationId}/messages HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.request = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
    this.clientIdAt = this.request.indexOf(clientId);
  }

  /** Resolves when the time is over and the last answer has arrived. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
      setTimeout(() => reject(new Error('an answer never came')), this.until - performance.now() + drainTimeoutMs).unref();
      this.socket.on('data', (bytes) => this.read(bytes));
      this.socket.on('error', reject);
      this.socket.on('close', () => reject(new Error('the server closed a connection')));
      this.post();
    });
  }

  private post(): void {
    this.clientId.write(this.request, this.clientIdAt);
    this.sentAt = performance.now();
    this.socket.write(this.request);
  }

  private read(bytes: Buffer): void {
    this.got = this.got.length === 0 ? bytes : Buffer.concat([this.got, bytes]);
    const end = this.got.indexOf(headEnd);
    if (end === -1) return;
    const head = this.got.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (this.got.length < end + headEnd.length + length) return;
    if (!head.startsWith('HTTP/1.1 201')) {
      this.fail(new Error(`a post was refused: ${this.got.toString('utf8').slice(0, 600)}`));
      return;
    }
    this.got = Buffer.alloc(0);
    const now = performance.now();
    if (this.sentAt >= this.from && now < this.until) this.answers.add(now - this.sentAt);
    if (now < this.until) this.post();
    else this.finish();
  }
}

/** A closed loop of posts on one connection per poster. A refused post fails it. */
export async function runHttpLoop(url: string, posters: readonly Poster[], times: LoadTimes): Promise<Record<string, number | null>> {
  const { hostname, port, host } = new URL(url);
  const sockets = posters.map(() => connect({ host: hostname, port: Number(port), noDelay: true }));
  const from = performance.now() + times.warmUpMs;
  const until = from + times.seconds * 1000;
  const lanes = posters.flatMap((poster, index) => {
    const socket = sockets[index];
    return socket === undefined ? [] : [new HttpLane(socket, host, poster, from, until)];
  });
  const fromClockUs = clockUs() + times.warmUpMs * 1000;
  const before = performance.eventLoopUtilization();
  try {
    await Promise.all(lanes.map((lane) => lane.run()));
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
  const all = new LatencySamples();
  for (const lane of lanes) all.addAll(lane.answers);
  const generatorBusy = performance.eventLoopUtilization(before).utilization;
  const clock = { fromClockUs, untilClockUs: fromClockUs + times.seconds * 1e6 };
  return { requestsPerSecond: all.count / times.seconds, generatorBusy, ...all.figures('answer'), ...clock };
}
