import { ConversationId, UserId } from '#contracts/primitives.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { newId } from '#platform/ids.js';
import { SignalListeners } from '#platform/signals/on-signal.js';
import { MemorySignals } from '#platform/signals/signals.js';
import { blockChanged } from '../users/blocks.js';
import { Access } from './access.js';
import { policyOf } from './domain/policy.js';
import type { AccessReader } from './read/access.reader.js';
import type { ConversationFacts, MembershipFacts } from './member-access.js';

const conversationId = newId<ConversationId>();
const userId = newId<UserId>();
const peerId = newId<UserId>();

type Found = Awaited<ReturnType<AccessReader['read']>>;

/** A storage that answers when the test lets it, with its state at the time of the question. */
class Storage {
  reads = 0;
  present: Found = found({ role: 'member' });
  private readonly answers: Array<() => void> = [];

  read(): Promise<Found> {
    this.reads += 1;
    const asked = this.present;
    return new Promise((resolve) => this.answers.push(() => resolve(asked)));
  }

  readConversation(): Promise<ConversationFacts | undefined> {
    return Promise.resolve(this.present?.conversation);
  }

  answerAll(): void {
    for (const answer of this.answers.splice(0)) answer();
  }
}

function found(member: Partial<MembershipFacts>, conversation: Partial<ConversationFacts> = {}): Found {
  return {
    conversation: {
      id: conversationId,
      type: 'direct',
      name: null,
      visibility: 'private',
      policy: policyOf('direct'),
      createdBy: userId,
      peers: [userId, peerId],
      ...conversation,
    },
    member: { userId, role: 'member', joinedSeq: 0, visibleFromSeq: 1, blocked: false, mute: null, ...member },
  };
}

describe('Access', () => {
  let storage: Storage;
  let signals: MemorySignals;
  let access: Access;

  beforeEach(() => {
    storage = new Storage();
    signals = new MemorySignals();
    access = new Access(storage, signals);
    new SignalListeners(signals, DecoratedMethods.of(access)).onModuleInit();
  });

  async function ask() {
    const answer = access.of(conversationId, userId);
    storage.answerAll();
    return answer;
  }

  it('reads once for all simultaneous callers, and answers without a promise from then on', async () => {
    const [first, second] = [access.of(conversationId, userId), access.of(conversationId, userId)];
    storage.answerAll();
    expect(await first).toBe(await second);
    expect(access.of(conversationId, userId)).toBe(await first);
    expect(storage.reads).toBe(1);
  });

  it('never keeps a result that was read before a change', async () => {
    const before = access.of(conversationId, userId);
    storage.present = undefined;
    access.publishChange({ conversationId, userIds: [userId], settings: false });
    const after = access.of(conversationId, userId);
    storage.answerAll();
    expect((await before).role).toBe('member');
    await expect(after).rejects.toMatchObject({ code: 'conversation.notFound' });
    await expect(ask()).rejects.toMatchObject({ code: 'conversation.notFound' });
  });

  it('forgets a removed member at once, and caches nothing about non-members', async () => {
    await ask();
    storage.present = undefined;
    access.publishChange({ conversationId, userIds: [userId], settings: false });
    await expect(ask()).rejects.toMatchObject({ code: 'conversation.notFound' });
    storage.present = found({});
    expect((await ask()).role).toBe('member');
  });

  it('applies changed settings', async () => {
    await ask();
    storage.present = found({}, { policy: policyOf('direct', { post: 'owner' }) });
    access.publishChange({ conversationId, userIds: [], settings: true });
    expect((await ask()).can('post')).toBe(false);
  });

  it('lets neither user of a pair post from the moment one blocks the other', async () => {
    expect((await ask()).can('post')).toBe(true);
    storage.present = found({ blocked: true });
    signals.publish(blockChanged, { userId: peerId, blockedId: userId });
    const blocked = await ask();
    expect(() => blocked.require('post')).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});
