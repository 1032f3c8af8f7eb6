import { checkHistories } from './checker/check-histories.js';
import type { Findings } from './checker/findings.js';
import type { Attempt, Sighting } from './checker/history.js';
import { quantile, recoveryOf } from './checker/recovery.js';
import type { PostgresProcess } from './processes/postgres-process.js';
import type { RedisProcess } from './processes/redis-process.js';
import type { Bar, RowContext, RowOutcome } from './rows/row.js';
import { Topology, type TopologyOptions } from './topology.js';
import { readConversations } from './workload/read-back.js';
import { type Load, standardLoad, Workload } from './workload/workload.js';
import { becomes, sleep, until } from './wait.js';

export interface StageOptions extends Pick<TopologyOptions, 'apiNodes' | 'workerNodes' | 'proxied' | 'env'> {
  readonly name: string;
  readonly load?: Partial<Load>;
  readonly appendfsync?: 'always' | 'everysec';
  readonly redisMaxmemory?: number;
  /** Stores of the scenario's own: another Postgres than everybody's, another folder for Redis' data. */
  readonly postgres?: PostgresProcess;
  readonly redisFolder?: string;
}

export interface StrikeOptions {
  /** How long to wait for the recovery. */
  readonly patienceMs?: number;
  /** Attempts in a row that have to succeed. */
  readonly inARow?: number;
  /** Counts the time from the end of `act` (a link that heals) and not from its begin. */
  readonly fromHeal?: boolean;
}

const warmAcks = 200;
const drainPatienceMs = 60_000;

/** One scenario while it runs: the processes, the people, and what is measured. */
export class Stage {
  kills = 0;
  readonly recoveriesMs: number[] = [];
  readonly notes: string[] = [];
  /** Milliseconds until everything acknowledged was persisted, after the last message. */
  drainedInMs = 0;

  private constructor(
    readonly context: RowContext,
    readonly topology: Topology,
    readonly workload: Workload,
    readonly redis: RedisProcess | undefined,
  ) {}

  /** Starts everything and waits until messages flow. */
  static async open(context: RowContext, options: StageOptions): Promise<Stage> {
    const { environment, mode, random, nodeArgs } = context;
    await environment.mend();
    const folder = environment.scenario(options.name);
    const { appendfsync = 'always', redisMaxmemory: maxmemory } = options;
    const redis = mode === 'cluster' ? await environment.redis(options.redisFolder ?? folder, { appendfsync, maxmemory }) : undefined;
    const { postgres = environment.postgres } = options;
    const database = environment.databaseName();
    const topology = await Topology.start({
      ...options,
      nodeArgs,
      mode,
      folder,
      postgres,
      redis,
      database,
      random: random.fork('topology'),
    });
    try {
      const workload = await Workload.prepare(topology.urls, { ...standardLoad, ...options.load }, random.fork('workload'));
      workload.start();
      const stage = new Stage(context, topology, workload, redis);
      if (workload.load.senders > 0) await until('messages flow', () => workload.log.acked >= warmAcks, 30_000);
      return stage;
    } catch (error) {
      await topology.stop();
      await redis?.stop();
      throw error;
    }
  }

  /** Does something bad and measures how long until the operations succeed again. */
  async strike(act: () => Promise<void>, options: StrikeOptions = {}): Promise<number> {
    const { attempts } = this.workload.log;
    const first = attempts.length;
    let at = performance.now();
    await act();
    if (options.fromHeal === true) at = performance.now();
    let recovery: number | undefined;
    const look = () => (recovery = recoveryOf(attempts.slice(first), at, options.inARow)) !== undefined;
    const patienceMs = options.patienceMs ?? 40_000;
    if (!(await becomes(look, patienceMs))) this.notes.push(`no recovery within ${patienceMs / 1000} s`);
    this.recoveriesMs.push(recovery ?? patienceMs);
    return recovery ?? patienceMs;
  }

  /** Lets the load run. */
  calm(ms: number): Promise<void> {
    return sleep(ms);
  }

  /** Ends the load, waits until everything has come to rest, and compares all histories. Everything is stopped afterwards. */
  async finish(
    bars: readonly Bar[] = [],
    more: (findings: Findings) => readonly Bar[] | Promise<readonly Bar[]> = () => [],
  ): Promise<RowOutcome> {
    try {
      await this.workload.finish(45_000);
      await this.rest();
      const findings = await this.check();
      const extra = await more(findings);
      return this.outcome(findings, [...bars, ...extra]);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.workload.stop();
    await this.topology.stop();
    await this.redis?.stop();
  }

  /** The rows of `messages`, with the workload's tokens. */
  async stored(): Promise<Sighting[]> {
    const rows = await this.topology.query<{ conversation_id: string; seq: number; id: string; client_id: string; text: string | null }>(
      'SELECT conversation_id, seq, id, client_id, text FROM messages ORDER BY conversation_id, seq',
    );
    return rows.map((row) => ({
      conversationId: row.conversation_id,
      seq: row.seq,
      id: row.id,
      token: this.workload.log.tokenOf(row.text, row.client_id),
    }));
  }

  private outcome(findings: Findings, bars: readonly Bar[]): RowOutcome {
    const { workload } = this;
    const crashes = this.topology.nodes.reduce((count, node) => count + node.crashes, 0);
    return {
      findings,
      kills: this.kills,
      worstRecoveryMs: Math.max(0, ...this.recoveriesMs),
      canaryP99Ms: workload.canary?.p99Ms ?? 0,
      failures: failuresOf(workload.log.attempts),
      notes: this.notes,
      bars: [{ name: 'crashes', value: crashes, limit: 0 }, ...bars, ...this.told()],
    };
  }

  /** Figures that every row tells. */
  private told(): Bar[] {
    const { clients, log } = this.workload;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const took = log.attempts.filter(({ outcome }) => outcome === 'acked').map((attempt) => attempt.endedAt - attempt.askedAt);
    return [
      { name: 'ack p50', value: Math.round(quantile(took, 0.5)), unit: 'ms' },
      { name: 'ack p99', value: Math.round(quantile(took, 0.99)), unit: 'ms' },
      { name: 'live inversions', value: sum(clients.flatMap(({ views }) => [...views.values()].map((view) => view.inversions))) },
      { name: 'reconnects', value: sum(clients.map((client) => Math.max(0, client.connections - 1))) },
      { name: 'drained in', value: Math.round(this.drainedInMs / 100) / 10, unit: 's' },
    ];
  }

  private async rest(): Promise<void> {
    const startedAt = performance.now();
    const isDrained = async () => (await this.topology.backlog().catch(() => undefined)) === 0;
    if (!(await becomes(isDrained, drainPatienceMs, 100))) this.notes.push(`the log was not drained within ${drainPatienceMs / 1000} s`);
    this.drainedInMs = performance.now() - startedAt;
    const heads = await this.topology.query<{ id: string; last_rev: number }>('SELECT id, last_rev FROM conversations');
    const isCaughtUp = await this.workload.catchUp(new Map(heads.map((row) => [row.id, row.last_rev])), 30_000);
    if (!isCaughtUp) this.notes.push('some clients had not caught up within 30 s');
  }

  private async check(): Promise<Findings> {
    const { workload, topology } = this;
    return checkHistories({
      operations: workload.log.operations,
      recipients: workload.recipients(),
      stored: await this.stored(),
      readBack: await readConversations(topology.urls, workload.rooms, workload.log),
      receipts: workload.receipts,
    });
  }
}

function failuresOf(attempts: readonly Attempt[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, code = 'none' } of attempts) if (outcome !== 'acked') counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
