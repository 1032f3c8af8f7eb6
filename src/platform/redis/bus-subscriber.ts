import { Cluster } from 'ioredis';
import { z } from 'zod';
import type { RedisConnections } from './redis-connections.js';
import type { RedisLink } from './redis-link.js';

type OnMessage = (channel: string, message: string) => void;

/** A server and the channels to subscribe to there. */
interface Place {
  /** Undefined for a single Redis. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
  readonly channels: readonly string[];
}

const readyWithinMs = 3000;
const Slots = z.array(z.tuple([z.int(), z.int(), z.tuple([z.string(), z.int()]).rest(z.unknown())]).rest(z.unknown()));

/**
 * Subscribes to sharded channels, each on the server that owns it. In a Redis Cluster slots move and masters change: a lane that no
 * longer receives its own beats subscribes again.
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
   * Subscribes to these channels, with a new connection for a channel that was subscribed before. When it resolves, messages arrive.
   * Rejects when a server does not answer.
   */
  subscribeTo(channels: readonly string[]): Promise<void> {
    this.opening ??= this.openPlaces(channels).finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  close(): void {
    this.isClosed = true;
    for (const link of new Set(this.links.values())) link.close();
  }

  private async openPlaces(channels: readonly string[]): Promise<void> {
    const dead = new Set(channels.map((channel) => this.links.get(channel)));
    const affected = [...this.links].filter(([, link]) => dead.has(link)).map(([channel]) => channel);
    for (const link of dead) link?.close();
    const results = await Promise.allSettled(
      (await this.findPlaces([...new Set([...channels, ...affected])])).map((place) => this.openPlace(place)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async openPlace({ server, channels }: Place): Promise<void> {
    if (this.isClosed) return;
    const link = this.connections.openLink('subscriber', 'parley-bus-in', server);
    for (const channel of channels) this.links.set(channel, link);
    await link.awaitReady(readyWithinMs);
    link.client.on('smessage', this.onMessage);
    // The client's own resubscription leaves a rejection unhandled when the connection is lost meanwhile, which ends the process.
    link.client.on('ready', () => void subscribe(link, channels).catch(() => link.client.disconnect(true)));
    await subscribe(link, channels);
  }

  private async findPlaces(channels: readonly string[]): Promise<Place[]> {
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
