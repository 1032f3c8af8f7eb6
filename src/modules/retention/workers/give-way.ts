import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { ConversationLog } from '../../log/conversation-log.js';

/** Entries that wait to be persisted. Above this, user traffic has priority. */
const backlogMax = 500;
const backlogCheckMs = 250;
/** After each range the disk belongs to others for this many times as long as the range took. */
const pauseFactor = 2;
const pauseMaxMs = 1000;

/** Keeps deleting from slowing down what users wait for: it works at most a third of the time, and not while persisting lags behind. */
@Injectable()
export class GiveWay {
  constructor(@Inject(ConversationLog) private readonly log: Pick<ConversationLog, 'backlog'>) {}

  /** Resolves when the next range may be deleted, after one that took `tookMs`. Resolves at once when the signal aborts. */
  async awaitTurn(tookMs: number, signal: AbortSignal): Promise<void> {
    await pause(Math.min(pauseMaxMs, tookMs * pauseFactor), signal);
    while (!signal.aborted && (await this.log.backlog()).entries > backlogMax) await pause(backlogCheckMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
