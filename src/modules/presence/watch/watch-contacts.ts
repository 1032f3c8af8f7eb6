import { Injectable, Logger } from '@nestjs/common';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import { type ContactKind, Contacts, contactsChanged } from '../../conversations/contacts.js';
import { Conversations } from '../../conversations/conversations.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import { blockChanged } from '../../users/blocks.js';
import { Presence } from '../presence.js';
import { PairChanges } from './pair-changes.js';
import { WatchList } from './watch-list.js';

const none: ReadonlySet<string> = new Set();

/**
 * Keeps the sockets of this node in the presence rooms of exactly those users that they may see: contacts that they watch, and the peers
 * of direct conversations. So an event needs no check; what costs a read is a watch, a block, and a change of a private conversation.
 */
@Injectable()
export class WatchContacts {
  private readonly logger = new Logger(WatchContacts.name);
  private readonly changes = new PairChanges();

  constructor(
    private readonly contacts: Contacts,
    private readonly conversations: Conversations,
    private readonly presence: Presence,
    private readonly watched: WatchList,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
  ) {}

  /** Makes a new socket watch the peers of its user's direct conversations. */
  async watchPeers(userId: UserId, socketId: string): Promise<void> {
    const since = this.changes.now;
    const peers = await this.conversations.peersOf(userId);
    this.rooms.watchPresence(
      socketId,
      peers.filter((peer) => !this.changes.hasChanged(userId, peer, since)),
    );
  }

  /**
   * The socket watches these users from now on: the contacts among them at once, the others as soon as they become contacts. Answers what
   * the user may see of each now. Watches before it reads, so that no change is lost in between.
   */
  async watchUsers(userId: UserId, socketId: string, userIds: readonly UserId[]): Promise<PresenceView[]> {
    this.watched.watchUsers(socketId, userIds);
    const since = this.changes.now;
    const contacts = await this.contacts.findContacts(userId, userIds);
    const isVisible = (id: UserId) => id === userId || (contacts.has(id) && !this.changes.hasChanged(userId, id, since));
    this.rooms.watchPresence(
      socketId,
      userIds.filter((id) => isVisible(id) && this.watched.listWatched(socketId).has(id)),
    );
    return this.presence.findPresences(userId, userIds, contacts);
  }

  /** Neither user sees the other from the moment of the block; after an unblock both do again, without a reconnect. */
  @OnSignal(blockChanged)
  followBlock({ userId, blockedId }: Payload<typeof blockChanged>): void {
    for (const [viewerId, seenId] of [
      [blockedId, userId],
      [userId, blockedId],
    ] as const) {
      const stopped = this.rooms.listSockets(viewerId).filter((id) => this.rooms.isWatchingPresence(id, seenId));
      for (const id of stopped) this.rooms.unwatchPresence(id, [seenId]);
      this.changes.markChanged(viewerId, seenId);
      void this.settle(viewerId, [seenId], new Set(stopped));
    }
  }

  @OnSignal(contactsChanged)
  followContacts({ userIds, isWhole, isDirect }: Payload<typeof contactsChanged>): void {
    const concerned = new Set(userIds);
    const pairs = new Map<UserId, Set<UserId>>();
    const addPair = (viewerId: UserId | undefined, userId: UserId) => {
      if (viewerId === undefined || (isWhole && !(concerned.has(viewerId) && concerned.has(userId)))) return;
      pairs.set(viewerId, (pairs.get(viewerId) ?? new Set()).add(userId));
    };
    for (const userId of concerned) {
      for (const socketId of this.rooms.listSockets(userId)) for (const id of this.watched.listWatched(socketId)) addPair(userId, id);
      for (const socketId of this.watched.listWatchers(userId)) addPair(this.rooms.findUser(socketId), userId);
      if (isDirect) for (const peer of concerned) if (peer !== userId) addPair(userId, peer);
    }
    for (const [viewerId, seen] of pairs) {
      for (const userId of seen) this.changes.markChanged(viewerId, userId);
      void this.settle(viewerId, [...seen], none);
    }
  }

  /** Brings the viewer's sockets on this node to what they may see. `stopped`: sockets that saw the users until now. Never rejects. */
  private async settle(viewerId: UserId, userIds: readonly UserId[], stopped: ReadonlySet<string>): Promise<void> {
    if (this.rooms.listSockets(viewerId).length === 0) return;
    try {
      const since = this.changes.now;
      const contacts = await this.contacts.findContacts(viewerId, userIds);
      const settled = userIds.filter((id) => !this.changes.hasChanged(viewerId, id, since));
      const started = new Map<string, UserId[]>();
      for (const socketId of this.rooms.listSockets(viewerId)) {
        started.set(
          socketId,
          settled.filter((userId) => this.settleSocket(socketId, userId, contacts.get(userId), stopped.has(socketId))),
        );
      }
      await this.showStarted(viewerId, started);
    } catch (error) {
      this.logger.warn({ err: error, userId: viewerId }, 'a change of contacts could not be applied to presence');
    }
  }

  /** Answers whether the socket begins to see the user. A socket that ceases to see a user sees them go offline. */
  private settleSocket(socketId: string, userId: UserId, kind: ContactKind | undefined, stopped: boolean): boolean {
    const wasWatching = this.rooms.isWatchingPresence(socketId, userId);
    const isWatched = this.watched.listWatched(socketId).has(userId);
    const isVisible = kind === 'direct' || (kind === 'shared' && isWatched);
    if (isVisible) {
      if (!wasWatching) this.rooms.watchPresence(socketId, [userId]);
      return !wasWatching;
    }
    if (wasWatching) this.rooms.unwatchPresence(socketId, [userId]);
    if (wasWatching || stopped)
      this.emitter.toSocketHere(socketId, 'presence.changed', { userId, status: 'offline', lastSeenAt: null, text: null });
    return false;
  }

  private async showStarted(viewerId: UserId, started: ReadonlyMap<string, readonly UserId[]>): Promise<void> {
    const userIds = [...new Set([...started.values()].flat())];
    if (userIds.length === 0) return;
    const since = this.changes.now;
    const views = new Map((await this.presence.findPresences(viewerId, userIds)).map((view) => [view.userId, view]));
    for (const [socketId, ids] of started) {
      for (const id of ids) {
        const view = views.get(id);
        if (view !== undefined && !this.changes.hasChanged(viewerId, id, since))
          this.emitter.toSocketHere(socketId, 'presence.changed', view);
      }
    }
  }
}
