import type { Findings } from './checker/findings.js';
import { zeroNames } from './checker/findings.js';
import { RecoveryScan } from './checker/recovery.js';
import { checkStage, storedOf } from './check-stage.js';
import type { RedisProcess } from './processes/redis-process.js';
import type { Bar, RowContext, RowOutcome } from './rows/row.js';
import { crashesOf, type ServerOptions, type Servers } from './server-pool.js';
import type { Topology } from './topology.js';
import { type Load, standardLoad, Workload } from './workload/workload.js';
import { becomesTrue, sleep, until } from '../support/wait.js';

export interface StageOptions extends Omit<ServerOptions, 'nodeArgs'> {
  readonly load?: Partial<Load>;
}

export interface StrikeOptions {
  /** Milliseconds to wait for the recovery. */
  readonly patienceMs?: number;
  /** The number of attempts that must succeed in a row. */
  readonly inARow?: number;
  /** Counts the time from the end of `act` (a link that heals) instead of its start. */
  readonly fromHeal?: boolean;
}

const warmAcks = 200;
const drainRetrierMs = 60_000;

/** One running scenario: the processes, the people and the measurements. */
export class Stage {
  kills = 0;
  readonly recoveriesMs: number[] = [];
  readonly notes: string[] = [];
  /** Milliseconds from the last message until everything acknowledged was persisted. */
  drainedInMs = 0;

  private readonly openedAt = { ms: performance.now(), cpu: process.cpuUsage() };
  private isWell = false;
  private hasRested = false;
  private forgivenCrashes = 0;

  private constructor(
    readonly context: RowContext,
    private readonly servers: Servers,
    readonly workload: Workload,
  ) {}

  /** Starts everything and waits until messages flow. */
  static async open(context: RowContext, options: StageOptions): Promise<Stage> {
    const { pool, random, nodeArgs } = context;
    const servers = await pool.take({ ...options, nodeArgs }, random.fork('topology'));
    try {
      const workload = await Workload.prepare(servers.topology.urls, { ...standardLoad, ...options.load }, random.fork('workload'));
      workload.start();
      const stage = new Stage(context, servers, workload);
      if (workload.load.senders > 0) await until('messages flow', () => workload.log.acked >= warmAcks, 30_000);
      return stage;
    } catch (error) {
      await pool.giveBack(servers, false);
      throw error;
    }
  }

  get topology(): Topology {
    return this.servers.topology;
  }

  get redis(): RedisProcess | undefined {
    return this.servers.redis;
  }

  /** Injects a fault and returns the milliseconds until operations succeed again. */
  async strike(act: () => Promise<void>, options: StrikeOptions = {}): Promise<number> {
    const { attempts } = this.workload.log;
    let next = attempts.length;
    let at = performance.now();
    await act();
    if (options.fromHeal === true) at = performance.now();
    const scan = new RecoveryScan(at, options.inARow);
    let recovery: number | undefined;
    const look = () => {
      for (; recovery === undefined && next < attempts.length; next += 1) recovery = scan.add(attempts.at(next));
      return recovery !== undefined;
    };
    const patienceMs = options.patienceMs ?? 40_000;
    if (!(await becomesTrue(look, patienceMs))) this.notes.push(`no recovery within ${patienceMs / 1000} s`);
    this.recoveriesMs.push(recovery ?? patienceMs);
    return recovery ?? patienceMs;
  }

  /** Marks the crashes so far as intended, so that they do not count. Returns their number. */
  forgiveCrashes(): number {
    this.forgivenCrashes = this.crashes;
    return this.forgivenCrashes;
  }

  /** Waits while the load continues. */
  calm(ms: number): Promise<void> {
    return sleep(ms);
  }

  /** Ends the load, waits until everything is persisted and delivered, compares all histories, and stops everything. */
  async finish(
    bars: readonly Bar[] = [],
    more: (findings: Findings) => readonly Bar[] | Promise<readonly Bar[]> = () => [],
  ): Promise<RowOutcome> {
    try {
      await this.workload.finish(45_000);
      await this.rest();
      const findings = await checkStage(this.topology, this.workload);
      const extra = await more(findings);
      this.isWell = zeroNames.every((name) => findings[name] === 0) && this.hasRested;
      return this.outcome(findings, [...bars, ...extra]);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.workload.stop();
    await this.context.pool.giveBack(this.servers, this.isWell);
  }

  /** The tokens of all stored messages. */
  async storedTokens(): Promise<ReadonlySet<string | null>> {
    const all = await Promise.all(this.workload.rooms.map(({ id }) => storedOf(this.topology, this.workload, id)));
    return new Set(all.flat().map(({ token }) => token));
  }

  private outcome(findings: Findings, bars: readonly Bar[]): RowOutcome {
    const { workload } = this;
    return {
      findings,
      kills: this.kills,
      worstRecoveryMs: Math.max(0, ...this.recoveriesMs),
      canaryP99Ms: workload.canary?.p99Ms ?? 0,
      failures: workload.log.attempts.failures(),
      notes: this.notes,
      bars: [{ name: 'crashes', value: this.crashes - this.forgivenCrashes, limit: 0 }, ...bars, ...this.commonBars()],
    };
  }

  /** The figures that every row reports. */
  private commonBars(): Bar[] {
    const { clients, log } = this.workload;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    return [
      { name: 'ack p50', value: Math.round(log.attempts.ackQuantile(0.5)), unit: 'ms' },
      { name: 'ack p99', value: Math.round(log.attempts.ackQuantile(0.99)), unit: 'ms' },
      { name: 'live inversions', value: sum(clients.flatMap(({ views }) => [...views.values()].map((view) => view.inversions))) },
      { name: 'reconnects', value: sum(clients.map((client) => Math.max(0, client.connections - 1))) },
      { name: 'harness', value: this.harnessCpuPercent(), unit: '% of a core' },
      { name: 'drained in', value: Math.round(this.drainedInMs / 100) / 10, unit: 's' },
    ];
  }

  private get crashes(): number {
    return crashesOf(this.topology) - this.servers.crashesBefore;
  }

  private harnessCpuPercent(): number {
    const { user, system } = process.cpuUsage(this.openedAt.cpu);
    return Math.round((user + system) / 10 / (performance.now() - this.openedAt.ms));
  }

  private async rest(): Promise<void> {
    const startedAt = performance.now();
    const isDrained = async () => (await this.topology.backlog().catch(() => undefined)) === 0;
    this.hasRested = await becomesTrue(isDrained, drainRetrierMs, 100);
    if (!this.hasRested) this.notes.push(`the log was not drained within ${drainRetrierMs / 1000} s`);
    this.drainedInMs = performance.now() - startedAt;
    const heads = await this.topology.query<{ id: string; last_rev: number }>('SELECT id, last_rev FROM conversations');
    const isCaughtUp = await this.workload.catchUp(new Map(heads.map((row) => [row.id, row.last_rev])), 30_000);
    if (!isCaughtUp) this.notes.push('some clients had not caught up within 30 s');
  }
}
