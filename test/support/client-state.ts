import type { Conversation } from '#contracts/conversations/schemas.js';
import { Message } from '#contracts/messages/schemas.js';
import type { SyncedConversation } from '#contracts/sync/schemas.js';
import type { EventName, EventPayload } from '#contracts/events.js';
import type { TestSocket } from './sockets.js';

type Settings = Pick<Conversation, 'title' | 'name' | 'visibility' | 'policy' | 'metadata'>;

/**
 * What a client knows of one conversation, kept as the contract tells clients to keep it: events in the order of `rev`; a jump in
 * `rev` or a new epoch is a gap; `conversation.sync` closes a gap; duplicates are dropped by `rev`.
 */
export class ClientState {
  rev: number;
  hasGap = false;
  private readonly messages = new Map<number, Message>();
  private readonly members = new Map<string, string>();
  private settings: Settings;

  constructor(
    private readonly userId: string,
    private readonly epoch: string,
    start: Conversation,
    members: ReadonlyArray<{ userId: string; role: string }>,
  ) {
    this.rev = start.rev;
    this.settings = settingsOf(start);
    for (const member of members) this.members.set(member.userId, member.role);
  }

  /** Applies an event of this conversation, or notes a gap if an earlier event is missing. */
  apply(name: EventName, payload: unknown): void {
    const change = toChange(name, payload);
    if (change === undefined || change.rev <= this.rev) return;
    if (change.epoch !== this.epoch || change.rev !== this.rev + 1) {
      this.hasGap = true;
      return;
    }
    change.to(this);
    this.rev = change.rev;
  }

  /** Fetches everything since `rev`, page by page. */
  async sync(socket: TestSocket, id: string, limit: number): Promise<void> {
    for (;;) {
      const result = await socket.ok('conversation.sync', { limit, conversations: [{ id, epoch: this.epoch, rev: this.rev }] });
      const page = result.conversations.find((one) => one.id === id);
      if (page === undefined || page.status === 'reset')
        throw new Error(`sync of an own conversation returned ${page?.status ?? 'nothing'}`);
      this.take(page);
      if (page.status === 'complete') break;
    }
    this.hasGap = false;
  }

  /** Everything known, in an order that does not depend on how it was learned. */
  snapshot(): unknown {
    return {
      rev: this.rev,
      settings: this.settings,
      members: [...this.members].sort(([a], [b]) => (a < b ? -1 : 1)),
      messages: [...this.messages.values()].sort((a, b) => a.seq - b.seq).map(comparable),
    };
  }

  setMessage(given: Message): void {
    // The epoch is only in the event.
    const message = Message.parse(given);
    const known = this.messages.get(message.seq);
    if (known !== undefined && known.deletedAt !== null) {
      // A tombstone is final. A message hidden from this user alone can still be edited or pinned for other members.
      this.messages.set(message.seq, { ...known, rev: message.rev });
      return;
    }
    // In an event `me` is always false, so what this client knows of its own reactions stays.
    const isMine = (emoji: string) => known?.reactions.some((one) => one.emoji === emoji && one.me) ?? false;
    const reactions = message.reactions.map((one) => ({ ...one, me: one.me || isMine(one.emoji) }));
    this.messages.set(message.seq, { ...message, reactions });
  }

  react({ seq, rev, userId, emoji, added, count }: EventPayload<'reaction.changed'>): void {
    const message = this.messages.get(seq);
    if (message === undefined) return;
    const before = message.reactions.find((one) => one.emoji === emoji);
    const me = userId === this.userId ? added : (before?.me ?? false);
    const others = message.reactions.filter((one) => one.emoji !== emoji);
    this.messages.set(seq, { ...message, rev, reactions: count === 0 ? others : [...others, { emoji, count, me }] });
  }

  setMember(userId: string, role: string | null): void {
    if (role === null) this.members.delete(userId);
    else this.members.set(userId, role);
  }

  setSettings(conversation: Conversation): void {
    this.settings = settingsOf(conversation);
  }

  private take(page: SyncedConversation): void {
    for (const message of page.messages) {
      this.messages.delete(message.seq);
      this.setMessage(message);
    }
    for (const member of page.members) this.setMember(member.userId, member.leftAt === null ? member.role : null);
    this.setSettings(page.conversation);
    this.rev = page.rev;
  }
}

interface Change {
  readonly rev: number;
  readonly epoch: string;
  to(state: ClientState): void;
}

type Readers = { readonly [N in EventName]?: (payload: EventPayload<N>) => Change };

const readers: Readers = {
  'message.created': (payload) => ({ ...payload, to: (state) => state.setMessage(payload) }),
  'message.updated': (payload) => ({ ...payload, to: (state) => state.setMessage(payload) }),
  'message.deleted': (payload) => ({ ...payload, to: (state) => state.setMessage(payload) }),
  'reaction.changed': (payload) => ({ ...payload, to: (state) => state.react(payload) }),
  'conversation.advanced': (payload) => ({ ...payload, to: () => undefined }),
  'member.joined': (payload) => ({ ...payload, to: (state) => state.setMember(payload.member.userId, payload.member.role) }),
  'member.updated': (payload) => ({ ...payload, to: (state) => state.setMember(payload.member.userId, payload.member.role) }),
  'member.left': (payload) => ({ ...payload, to: (state) => state.setMember(payload.userId, null) }),
  'conversation.updated': (payload) => ({ ...payload, to: (state) => state.setSettings(payload) }),
};

/** Cast: the recorder has parsed the payload with the event's schema. */
function toChange(name: EventName, payload: unknown): Change | undefined {
  const read = readers[name] as ((payload: unknown) => Change) | undefined;
  return read?.(payload);
}

function settingsOf({ title, name, visibility, policy, metadata }: Conversation): Settings {
  return { title, name, visibility, policy, metadata };
}

function comparable(message: Message): unknown {
  if (message.deletedAt !== null) return { seq: message.seq, rev: message.rev, text: message.text };
  return { ...message, reactions: [...message.reactions].sort((a, b) => (a.emoji < b.emoji ? -1 : 1)) };
}
