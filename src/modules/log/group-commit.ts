import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientId } from '#contracts/primitives.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { MethodMarker } from '#platform/discovery/method-marker.js';
import { AppError } from '#platform/errors/app-error.js';
import { faultPoint } from '#platform/fault-points.js';
import { type CommitOutcome, ConversationLog } from './conversation-log.js';
import type { Committed, Draft } from './draft.js';

/** Called in commit order, synchronously, before the committing call resolves. Must not throw. */
export type Deliver<B extends object = object, T = void> = (committed: readonly Committed<B>[]) => T;

type Place = Extract<CommitOutcome, { outcome: 'committed' | 'replayed' }>;

interface Unit {
  readonly drafts: readonly Draft[];
  /** Delivers and resolves, given the places of the drafts, in their order. */
  readonly finish: (places: readonly Place[]) => readonly Committed[];
  readonly reject: (error: unknown) => void;
}

type CommitListener = (committed: readonly Committed[]) => unknown;

const onCommitted = new MethodMarker<true>('OnCommitted');

/** Calls a provider's method with every committed group, after its delivery. The method must not throw. */
export function OnCommitted() {
  return onCommitted.mark<CommitListener>(true);
}

/** At most this many drafts wait for their group; further ones are refused, and their senders retry. */
const waitingDraftsMax = 20_000;
const groupDraftsMax = 500;
const retryAfterMs = 1000;

/**
 * Combines the drafts of one turn of the event loop, and those that arrive during a commit, into one commit of the log. There is no
 * timer: an idle server adds no delay, and a busy one forms larger groups. One commit runs at a time, so that this process delivers
 * everything in `rev` order. Its groups follow rules and a group costs a single promise, which is why it does not use `Batcher`.
 */
@Injectable()
export class GroupCommit implements OnModuleInit {
  private readonly waiting: Unit[] = [];
  private waitingDrafts = 0;
  private isRunning = false;
  private isFull = false;
  private listeners: readonly CommitListener[] = [];

  constructor(
    private readonly log: ConversationLog,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    this.listeners = this.methods.findMethods(onCommitted).map(({ call }) => call);
  }

  /**
   * Commits the drafts, all or nothing, calls `deliver` with them, and resolves to them.
   * @throws AppError `message.clientIdConflict`, `message.notFound` (reply), `conversation.notFound`, `overloaded`
   *         (the outcome may be unknown then: a retry with the same client id is safe).
   */
  commit<B extends object>(drafts: readonly Draft<B>[], deliver: Deliver<B>): Promise<readonly Committed<B>[]> {
    return this.commitAndDeliver(drafts, (committed) => {
      deliver(committed);
      return committed;
    });
  }

  /** As `commit`, but resolves to the result of `deliver`: one promise from the drafts to the answer. */
  commitAndDeliver<B extends object, T>(drafts: readonly Draft<B>[], deliver: Deliver<B, T>): Promise<T> {
    if (this.isFull || this.waitingDrafts + drafts.length > waitingDraftsMax)
      return Promise.reject(new AppError('overloaded', { retryAfterMs }));
    return new Promise((resolve, reject) => {
      const finish = (places: readonly Place[]) => {
        const epoch = this.log.epoch();
        const committed: Committed<B>[] = [];
        for (let index = 0; index < drafts.length; index += 1) {
          const [draft, place] = [drafts[index], places[index]];
          if (draft === undefined || place === undefined) continue;
          committed.push({ draft, seq: place.seq, rev: place.rev, epoch, replayed: place.outcome === 'replayed' });
        }
        resolve(deliver(committed));
        return committed;
      };
      this.waiting.push({ drafts, finish, reject });
      this.waitingDrafts += drafts.length;
      if (this.isRunning) return;
      this.isRunning = true;
      setImmediate(() => void this.run());
    });
  }

  /** While full, every commit is refused with `overloaded`: the backlog is at its limit. */
  setFull(isFull: boolean): void {
    this.isFull = isFull;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        faultPoint('commit.before');
        const committing = this.log.commit(group.map((unit) => unit.drafts));
        faultPoint('commit.inside');
        const outcomes = await committing;
        faultPoint('commit.after');
        this.finish(group, outcomes);
        faultPoint('ack.before');
      } catch (error) {
        const reason =
          error instanceof AppError
            ? error
            : new AppError('overloaded', { detail: 'the conversation log did not answer', retryAfterMs, cause: error });
        for (const unit of group) unit.reject(reason);
      }
    }
    this.isRunning = false;
  }

  /** The oldest units that fit. A unit with a client id that is already in the group waits for the next group, to be checked against it. */
  private takeGroup(): Unit[] {
    const group: Unit[] = [];
    const ids = new Set<ClientId>();
    let size = 0;
    let taken = 0;
    for (const unit of this.waiting) {
      if (size > 0 && (size + unit.drafts.length > groupDraftsMax || unit.drafts.some((draft) => isAmong(ids, draft)))) break;
      for (const { clientId } of unit.drafts) if (clientId !== null) ids.add(clientId);
      group.push(unit);
      size += unit.drafts.length;
      taken += 1;
    }
    this.waiting.splice(0, taken);
    this.waitingDrafts -= size;
    return group;
  }

  private finish(group: readonly Unit[], outcomes: readonly CommitOutcome[][]): void {
    const all: Committed[] = [];
    for (const [index, unit] of group.entries()) {
      const places = placesOf(unit, outcomes[index] ?? []);
      if (places instanceof AppError) unit.reject(places);
      else all.push(...unit.finish(places));
    }
    for (const listener of this.listeners) listener(all);
  }
}

function placesOf(unit: Unit, outcomes: readonly CommitOutcome[]): Place[] | AppError {
  const places: Place[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const error = refusal(outcome, index, unit.drafts.length);
    if (error !== undefined) return error;
    if (outcome.outcome === 'committed' || outcome.outcome === 'replayed') places.push(outcome);
  }
  return places.length === unit.drafts.length ? places : new AppError('internal', { detail: 'the log gave no outcome for a draft' });
}

function isAmong(ids: ReadonlySet<ClientId>, { clientId }: Draft): boolean {
  return clientId !== null && ids.has(clientId);
}

/** The error of a draft whose client id names another message. `index` is its place among the `unitSize` drafts that were sent together. */
export function clientIdConflict(seq: number | null, index: number, unitSize: number): AppError {
  const message = `this clientId already names message ${seq ?? '?'} with another body`;
  return new AppError('message.clientIdConflict', {
    detail: message,
    errors: [{ path: `${unitSize > 1 ? `messages.${index}.` : ''}clientId`, message }],
  });
}

function refusal(outcome: CommitOutcome, index: number, unitSize: number): AppError | undefined {
  const at = unitSize > 1 ? `messages.${index}.` : '';
  switch (outcome.outcome) {
    case 'committed':
    case 'replayed':
    case 'refused':
      return undefined;
    case 'conflict':
      return clientIdConflict(outcome.seq, index, unitSize);
    case 'replyNotFound':
      return new AppError('message.notFound', {
        detail: 'replyTo names no message',
        errors: [{ path: `${at}replyTo`, message: 'names no message' }],
      });
    case 'unknown':
      return new AppError('conversation.notFound');
    case 'unavailable':
      return new AppError('overloaded', { detail: 'the conversation log did not answer', retryAfterMs });
  }
}
