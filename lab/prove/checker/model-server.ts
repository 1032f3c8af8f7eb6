import type { Random } from '../../support/random.js';
import type { Attempt, Histories, SendOperation, Sighting } from './history.js';

/** The planted bugs that a checker has to find, in the model here and in the real server. */
export const plantedBugs = ['ack-before-commit', 'forgetful-dedupe', 'confirm-before-insert'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

interface Row extends Sighting {
  readonly clientId: string;
}

/**
 * A chat server of one conversation as a model that dies at random between its steps, right but for one planted bug. It
 * makes the histories that the checker is tested with.
 */
export class ModelServer {
  private readonly log: Row[] = [];
  private readonly stored: Row[] = [];
  private readonly operations: SendOperation[] = [];
  private readonly shown: Sighting[] = [];
  /** What the process remembers and a kill takes away: committed only in the mind of `ack-before-commit`. */
  private uncommitted: Row[] = [];
  private clock = 0;

  constructor(
    private readonly random: Random,
    private readonly bug: PlantedBug | null,
    private readonly killShare = 0.1,
  ) {}

  /** Sends a message as a client would: until it is acknowledged, at most `attemptsMax` times. */
  send(attemptsMax = 4): void {
    const token = `op-${this.operations.length}`;
    const clientId = `client-${this.operations.length}`;
    const attempts: Attempt[] = [];
    while (attempts.length < attemptsMax && attempts.at(-1)?.outcome !== 'acked') attempts.push(this.attempt(token, clientId));
    this.operations.push({ token, conversationId: 'c', senderId: 's', attempts });
    if (this.random.chance(0.3)) this.persist();
  }

  /** The worker drains the log. */
  persist(): void {
    const batch = this.log.splice(0);
    if (this.bug === 'confirm-before-insert' && this.random.chance(this.killShare)) return;
    if (this.bug !== 'confirm-before-insert' && this.random.chance(this.killShare)) this.log.unshift(...batch);
    else this.stored.push(...batch);
  }

  /** What is left when everything has come to rest. */
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
