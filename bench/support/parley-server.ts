import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConversationId, UserId } from '../../contracts/primitives.js';
import { Patience } from '../../tools/replay/patience.js';
import { RestClient } from '../../tools/replay/rest-client.js';
import { ChildServer } from './child-server.js';

/** Limits that protect a server from one client, which a generator is; everything else runs with its defaults. */
const raisedLimits = {
  RATE_REGISTER_PER_MINUTE: '1000000',
  RATE_REST_PER_SECOND: '1000000',
  SOCKET_EVENTS_PER_SECOND_MAX: '1000000',
  LOG_LEVEL: 'info',
  LOBBY: 'off',
};
const setUpInFlightMax = 16;

export interface BenchUser {
  readonly userId: UserId;
  readonly token: string;
}

/** Parley as a user starts it (embedded Postgres, one process) on a free port and an empty data directory of its own. */
export class ParleyServer {
  readonly rest: RestClient;

  private constructor(
    private readonly server: ChildServer,
    private readonly folder: string,
  ) {
    this.rest = new RestClient(server.url, new Patience(10_000));
  }

  static async start(): Promise<ParleyServer> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    try {
      await chmod(folder, 0o755); // Embedded Postgres runs as another user when this runs as root.
      const program = fileURLToPath(new URL('../../src/main.js', import.meta.url));
      const args = ['--port', '0', '--data-dir', join(folder, 'data')];
      const server = await ChildServer.start(program, args, { folder, environment: raisedLimits });
      return new ParleyServer(server, folder);
    } catch (error) {
      await remove(folder);
      throw error;
    }
  }

  get url(): string {
    return this.server.url;
  }

  async makeUser(): Promise<BenchUser> {
    const { user, accessToken } = await this.rest.call('auth.guest', { body: {} });
    return { userId: user.id, token: accessToken };
  }

  async makeDirect(one: BenchUser, other: BenchUser): Promise<ConversationId> {
    const made = await this.rest.call('conversation.create', { token: one.token, body: { type: 'direct', memberIds: [other.userId] } });
    return made.id;
  }

  async makeGroup(maker: BenchUser, others: readonly BenchUser[]): Promise<ConversationId> {
    const memberIds = others.map(({ userId }) => userId);
    const made = await this.rest.call('conversation.create', { token: maker.token, body: { type: 'group', title: 'Bench', memberIds } });
    return made.id;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await remove(this.folder);
  }
}

/** A server that had to be killed leaves its Postgres behind, which names itself in `postmaster.pid`. */
async function remove(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('postmaster.pid'))) {
    const pid = Number((await readFile(join(folder, file), 'utf8')).split('\n')[0]);
    if (pid > 1) endProcess(pid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended already.
  }
}

/** Maps with at most 16 calls in flight, in order. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: setUpInFlightMax }, lane));
  return results;
}
