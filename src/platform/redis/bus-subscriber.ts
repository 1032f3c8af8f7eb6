import { Cluster } from 'ioredis';
import { z } from 'zod';
import type { RedisConnections } from './redis-connections.js';
import type { RedisLink } from './redis-link.js';

type OnMessage = (channel: string, message: string) => void;

/** A server and the channels that are subscribed to there. */
interface Place {
  /** Undefined: the one Redis there is. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
  readonly channels: readonly string[];
}

const readyWithinMs = 3000;
const Slots = z.array(z.tuple([z.int(), z.int(), z.tuple([z.string(), z.int()]).rest(z.unknown())]).rest(z.unknown()));

/**
 * Subscribes to sharded channels, each on the server that owns it. In a Redis Cluster slots move and masters change: whoever
 * does not hear its own beats any more has it look again.
 */
export class BusSubscriber {
  private readonly links = new Map<string, RedisLink>();
  private opening: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly connections: RedisConnections,
    private readonly onMessage: OnMessage,
  ) {}

  /**
   * Subscribes to these channels, anew where it was subscribed. When it resolves, what is published from then on arrives.
   * Rejects when a server does not answer.
   */
  open(channels: readonly string[]): Promise<void> {
    this.opening ??= this.openAll(channels).finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  close(): void {
    this.isClosed = true;
    for (const link of new Set(this.links.values())) link.close();
  }

  private async openAll(channels: readonly string[]): Promise<void> {
    const dead = new Set(channels.map((channel) => this.links.get(channel)));
    const affected = [...this.links].filter(([, link]) => dead.has(link)).map(([channel]) => channel);
    for (const link of dead) link?.close();
    const results = await Promise.allSettled(
      (await this.places([...new Set([...channels, ...affected])])).map((place) => this.openAt(place)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async openAt({ server, channels }: Place): Promise<void> {
    if (this.isClosed) return;
    const link = this.connections.open('subscriber', 'parley-bus-in', server);
    for (const channel of channels) this.links.set(channel, link);
    await link.ready(readyWithinMs);
    link.client.on('smessage', this.onMessage);
    // The client's own way to subscribe again ends the process when the connection is lost meanwhile: nobody takes the rejection.
    link.client.on('ready', () => void subscribe(link, channels).catch(() => link.client.disconnect(true)));
    await subscribe(link, channels);
  }

  private async places(channels: readonly string[]): Promise<Place[]> {
    const { commands } = this.connections;
    if (!(commands instanceof Cluster)) return [{ server: undefined, channels }];
    const [node] = commands.nodes('master').filter(({ status }) => status === 'ready');
    if (node === undefined) throw new Error('no master of the Redis Cluster answers');
    const slots = Slots.parse(await node.cluster('SLOTS'));
    const byServer = new Map<string, { server: { host: string; port: number }; channels: string[] }>();
    for (const channel of channels) {
      const slot = await node.cluster('KEYSLOT', channel);
      const range = slots.find(([first, last]) => first <= slot && slot <= last);
      if (range === undefined) throw new Error(`no server of the Redis Cluster owns slot ${slot}`);
      const [host, port] = range[2];
      const place = byServer.get(`${host} ${port}`) ?? { server: { host, port }, channels: [] };
      place.channels.push(channel);
      byServer.set(`${host} ${port}`, place);
    }
    return [...byServer.values()];
  }
}

async function subscribe({ client }: RedisLink, channels: readonly string[]): Promise<void> {
  for (const channel of channels) await client.ssubscribe(channel);
}
