import type { Random } from '../../support/random.js';
import type { Attempt, Histories, SendOperation, Sighting } from './history.js';

/** The planted bugs that the checker must find, both in this model and in the real server. */
export const plantedBugs = ['ack-before-commit', 'forgetful-dedupe', 'confirm-before-insert'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

interface Row extends Sighting {
  readonly clientId: string;
}

/**
 * A model of a chat server with one conversation. It crashes at random between its steps and is correct except for one planted
 * bug. The checker is tested with its histories.
 */
export class ModelServer {
  private readonly log: Row[] = [];
  private readonly stored: Row[] = [];
  private readonly operations: SendOperation[] = [];
  private readonly shown: Sighting[] = [];
  /** Rows in memory that a crash loses. The bug `ack-before-commit` treats them as committed. */
  private uncommitted: Row[] = [];
  private clock = 0;

  constructor(
    private readonly random: Random,
    private readonly bug: PlantedBug | null,
    private readonly killShare = 0.1,
  ) {}

  /** Sends a message as a client does: repeatedly until it is acknowledged, at most `attemptsMax` times. */
  send(attemptsMax = 4): void {
    const token = `op-${this.operations.length}`;
    const clientId = `client-${this.operations.length}`;
    const attempts: Attempt[] = [];
    while (attempts.length < attemptsMax && attempts.at(-1)?.outcome !== 'acked') attempts.push(this.attempt(token, clientId));
    this.operations.push({ token, conversationId: 'c', senderId: 's', attempts });
    if (this.random.chance(0.3)) this.persist();
  }

  /** Drains the log into storage, as the worker does. */
  persist(): void {
    const batch = this.log.splice(0);
    if (this.bug === 'confirm-before-insert' && this.random.chance(this.killShare)) return;
    if (this.bug !== 'confirm-before-insert' && this.random.chance(this.killShare)) this.log.unshift(...batch);
    else this.stored.push(...batch);
  }

  /** The histories after everything is persisted. */
  histories(): Histories {
    this.flush();
    while (this.log.length > 0) this.persist();
    const shown = [...this.shown, ...this.stored];
    return {
      operations: this.operations,
      stored: this.stored,
      readBack: this.stored,
      recipients: [{ recipient: 'r', conversationId: 'c', fromSeq: 1, shown }],
      receipts: [],
    };
  }

  private attempt(token: string, clientId: string): Attempt {
    const asked = { node: 'n', via: 'rest', askedAt: ++this.clock } as const;
    const lost = (): Attempt => ({ ...asked, endedAt: ++this.clock, outcome: 'unknown', code: 'killed' });
    if (this.dies()) return lost();
    const known = this.bug === 'forgetful-dedupe' ? undefined : this.find(clientId);
    const row = known ?? { conversationId: 'c', seq: this.head() + 1, id: `id-${this.clock}`, token, clientId };
    if (known === undefined) this.commit(row);
    if (this.dies()) return lost();
    if (known === undefined) this.shown.push(row);
    if (this.dies()) return lost();
    return { ...asked, endedAt: ++this.clock, outcome: 'acked', seq: row.seq, id: row.id, isReplay: known !== undefined };
  }

  private commit(row: Row): void {
    if (this.bug !== 'ack-before-commit') this.log.push(row);
    else this.uncommitted.push(row);
    if (this.random.chance(0.5)) this.flush();
  }

  private flush(): void {
    this.log.push(...this.uncommitted.splice(0));
  }

  private dies(): boolean {
    const isDead = this.random.chance(this.killShare / 3);
    if (isDead) this.uncommitted = [];
    return isDead;
  }

  private head(): number {
    return Math.max(0, ...[...this.stored, ...this.log, ...this.uncommitted].map((row) => row.seq));
  }

  private find(clientId: string): Row | undefined {
    return [...this.stored, ...this.log, ...this.uncommitted].find((row) => row.clientId === clientId);
  }
}
