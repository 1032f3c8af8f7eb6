import pg from 'pg';
import { openFolder } from './server.js';
import { startPostgres, type TestPostgres } from './postgres.js';
import { until } from './until.js';

/** A statement that Postgres ran, and its plan. */
export interface RunStatement {
  /** The `application_name` of the connection. */
  readonly application: string;
  readonly sql: string;
  readonly plan: Plan;
}

/** A node of a plan as Postgres writes it. */
export interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly Operation?: string;
  /** How many rows it gave per loop. This and what follows is known after EXPLAIN ANALYZE only. */
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  /** Pages of 8 kB that it and the nodes below it read. */
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

const settings = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_format=json',
  'log_line_prefix=@%a@ ',
  // The statistics must not change during a test.
  'autovacuum=off',
  // A sample of all rows gives the same statistics every time.
  'default_statistics_target=1000',
];
const entry = /^@(.*?)@ LOG: {2}duration: [\d.]+ ms {2}plan:\n((?:\t.*\n)+)/gm;

/** A Postgres that logs the plan of every statement (auto_explain). */
export class PlanLog {
  private marks = 0;

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly client: pg.Client,
    readonly url: string,
    private readonly written: string[],
  ) {}

  static async start(): Promise<PlanLog> {
    const written: string[] = [];
    const postgres = await startPostgres(openFolder('parley-plans-'), {
      settings,
      onLog: (text) => void written.push(text),
    });
    const client = new pg.Client({ connectionString: postgres.url('postgres'), application_name: 'test' });
    await client.connect();
    return new PlanLog(postgres, client, postgres.url('postgres'), written);
  }

  /** Runs a statement for the test itself. */
  async query(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  /** The statements of the server that ran during `work`. */
  async statementsOf(work: () => Promise<unknown>): Promise<RunStatement[]> {
    await this.mark();
    this.written.length = 0;
    await work();
    await this.mark();
    return [...this.written.join('').matchAll(entry)].flatMap(([, application = '', json = '']) => {
      if (application === 'test') return [];
      const { 'Query Text': sql, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: Plan };
      return [{ application, sql, plan }];
    });
  }

  async stop(): Promise<void> {
    await this.client.end();
    await this.postgres.stop();
  }

  /** Resolves when everything logged so far has been read. */
  private async mark(): Promise<void> {
    this.marks += 1;
    const word = `mark ${this.marks} is here`;
    await this.client.query(`SELECT '${word}'`);
    await until('the log has been read', () => this.written.join('').includes(word));
  }
}

/** The nodes of a plan, outermost first. */
export function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** A plan as lines: operation, table and index, each step below the step it feeds. */
export function describePlan(plan: Plan, depth = 0): string {
  const { Operation: operation, 'Relation Name': relation, 'Index Name': index } = plan;
  const words = [
    plan['Node Type'],
    operation === 'Select' ? undefined : operation,
    relation,
    index === undefined ? undefined : `by ${index}`,
  ];
  const line = `${'  '.repeat(depth)}${words.filter((word) => word !== undefined).join(' ')}`;
  return [line, ...(plan.Plans ?? []).map((each) => describePlan(each, depth + 1))].join('\n');
}
