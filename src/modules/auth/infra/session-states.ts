import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import type { Caller } from '../../../transport/caller.js';
import { sessionRevoked } from '../revoke-session.js';
import { SessionStore, type SessionState } from './session-store.js';

/** Sessions remembered per process; one takes about 300 bytes. */
const sessionsMax = 50_000;
/** An older state still gives the answer and is read again in the background: a signal may be lost, and a user is disabled without one. */
const freshMs = 30_000;

interface Remembered extends SessionState {
  /** Of `performance.now()`. */
  readonly checkedAt: number;
}

/**
 * Decides at every request whether the caller's session is open. A state that was read before comes from memory, so it is there
 * while Postgres is away. A signal makes every node forget a revoked session; a disabled user is noticed within 30 s of use.
 */
@Injectable()
export class SessionStates {
  private readonly logger = new Logger(SessionStates.name);
  private readonly states = new LRUCache<SessionId, Remembered>({ max: sessionsMax });
  private readonly refreshing = new Set<SessionId>();
  /** Counts invalidations: a state that was read before one is not remembered after it. */
  private version = 0;

  constructor(private readonly store: SessionStore) {}

  @OnSignal(sessionRevoked)
  forgetRevoked({ sessionId }: Payload<typeof sessionRevoked>): void {
    this.forgetState(sessionId);
  }

  @OnSignalGap()
  forgetAll(): void {
    this.version++;
    this.states.clear();
  }

  /** Answers the caller if the session is open and theirs, else rejects with `auth.invalidToken`. Needs no promise for a remembered session. */
  admitCaller(caller: Caller): Caller | Promise<Caller> {
    const state = this.recallState(caller.sessionId);
    return state === undefined ? this.loadState(caller.sessionId).then((loaded) => admitted(caller, loaded)) : admitted(caller, state);
  }

  /** The remembered state of a session. Undefined if it seems expired, because the session may have been prolonged. */
  recallState(id: SessionId): SessionState | undefined {
    const state = this.states.get(id);
    if (state === undefined || state.expiresAt <= clock.now()) return undefined;
    if (performance.now() - state.checkedAt > freshMs) this.refreshState(id);
    return state;
  }

  /** Remembers a state that was just written, so that the first request finds it. */
  rememberState(id: SessionId, state: SessionState): void {
    this.states.set(id, { ...state, checkedAt: performance.now() });
  }

  /** The next request of the session reads its state from Postgres. */
  forgetState(id: SessionId): void {
    this.version++;
    this.states.delete(id);
  }

  private async loadState(id: SessionId): Promise<SessionState | null> {
    const version = this.version;
    const state = await this.store.readState(id);
    if (version === this.version) {
      if (state === null) this.states.delete(id);
      else this.rememberState(id, state);
    }
    return state;
  }

  private refreshState(id: SessionId): void {
    if (this.refreshing.has(id)) return;
    this.refreshing.add(id);
    void this.loadState(id)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the state of a session could not be read again'))
      .finally(() => this.refreshing.delete(id));
  }
}

function admitted(caller: Caller, state: SessionState | null): Caller | Promise<Caller> {
  const isAdmitted = state !== null && state.isOpen && state.userId === caller.userId && state.expiresAt > clock.now();
  return isAdmitted ? caller : Promise.reject(new AppError('auth.invalidToken'));
}
