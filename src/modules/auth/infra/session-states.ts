import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import type { Caller } from '../../../transport/caller.js';
import { userDisabled } from '../../users/user-signals.js';
import { sessionRevoked } from '../session-signals.js';
import { SessionStore, type SessionState } from './session-store.js';

/** Sessions remembered per process; one is about 300 bytes. */
const sessionsMax = 50_000;
/** After this an answer is still given from memory but looked up again behind it, in case a signal was lost. */
const freshMs = 30_000;

interface Remembered extends SessionState {
  readonly checkedAt: number;
}

/**
 * Says on every request whether a caller's session still stands: from memory when it was asked before, and then without
 * Postgres, also while Postgres is away. Revoked sessions and disabled users are forgotten by signal on every node.
 */
@Injectable()
export class SessionStates {
  private readonly logger = new Logger(SessionStates.name);
  private readonly states = new LRUCache<SessionId, Remembered>({ max: sessionsMax });
  private readonly refreshing = new Set<SessionId>();
  /** Counts invalidations: a state read before one is not remembered after it. */
  private version = 0;

  constructor(private readonly store: SessionStore) {}

  @OnSignal(sessionRevoked)
  forgetRevoked({ sessionId }: Payload<typeof sessionRevoked>): void {
    this.forget(sessionId);
  }

  @OnSignal(userDisabled)
  forgetUser({ userId }: Payload<typeof userDisabled>): void {
    this.version++;
    for (const [id, state] of this.states) if (state.userId === userId) this.states.delete(id);
  }

  @OnSignalGap()
  forgetAll(): void {
    this.version++;
    this.states.clear();
  }

  /** The caller, if the session is open and theirs; else rejects with `auth.invalidToken`. Without a promise where the session is remembered. */
  admit(caller: Caller): Caller | Promise<Caller> {
    const state = this.recall(caller.sessionId);
    return state === undefined ? this.load(caller.sessionId).then((loaded) => admitted(caller, loaded)) : admitted(caller, state);
  }

  /** What is known of a session without asking Postgres; nothing when it seems expired, for it may have been prolonged. */
  recall(id: SessionId): SessionState | undefined {
    const state = this.states.get(id);
    if (!state || state.expiresAt <= Date.now()) return undefined;
    if (Date.now() - state.checkedAt > freshMs) this.refresh(id);
    return state;
  }

  /** Notes what was just written, so that the first request finds it. */
  remember(id: SessionId, state: SessionState): void {
    this.states.set(id, { ...state, checkedAt: Date.now() });
  }

  /** Has the session looked up again at its next request. */
  forget(id: SessionId): void {
    this.version++;
    this.states.delete(id);
  }

  private async load(id: SessionId): Promise<SessionState | null> {
    const version = this.version;
    const state = await this.store.state(id);
    if (version === this.version) {
      if (state) this.remember(id, state);
      else this.states.delete(id);
    }
    return state;
  }

  private refresh(id: SessionId): void {
    if (this.refreshing.has(id)) return;
    this.refreshing.add(id);
    void this.load(id)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'a session could not be checked again'))
      .finally(() => this.refreshing.delete(id));
  }
}

function admitted(caller: Caller, state: SessionState | null): Caller | Promise<Caller> {
  const isAdmitted = state !== null && state.isOpen && state.userId === caller.userId && state.expiresAt > Date.now();
  return isAdmitted ? caller : Promise.reject(new AppError('auth.invalidToken'));
}
