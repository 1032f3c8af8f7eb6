import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { drivePlan, type Driven } from './drive-plan.js';
import { parseChat } from './parse-chat.js';
import { parseLinks } from './parse-links.js';
import { Retrier } from '../support/retrier.js';
import { percentile } from '../support/percentiles.js';
import { type Operator, waitUntilPersisted } from './persistence.js';
import { type Plan, planReplay } from './plan-replay.js';
import type { ReplayReport } from './report.js';
import { RestClient } from '../support/rest-client.js';
import { Stage } from './stage.js';
import { verifyHistory, verifyObserver } from './verify.js';

/** How a file is replayed. Only `file` and `url` are needed. */
export interface ReplayOptions {
  /** A `*.raw.txt`. The `*.annotation.txt` beside it is used if it exists. */
  readonly file: string;
  /** The address of Parley, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The addresses of the nodes of a cluster; person n uses address n modulo their number. Defaults to `url`. */
  readonly urls?: readonly string[];
  /** The number of steps in flight. 1 (default) keeps the order of the file; higher numbers keep only each sender's order. */
  readonly pipeline?: number;
  /** Lines per second; null (default) means as fast as possible. */
  readonly linesPerSecond?: number | null;
  /** Milliseconds for which one action is repeated before the replay gives up (default 30,000). */
  readonly retryForMs?: number;
  /** The number of members that only listen from the start, at least 1 (default 3). */
  readonly observers?: number;
  /** Repeats every n-th message on purpose; 0 (default) means never. */
  readonly repeatEvery?: number;
  /** Whether live events must arrive in order of `rev` (default). Pass false if several nodes deliver. */
  readonly isLiveOrderStrict?: boolean;
  /** The operator who reads the backlog. Without one it is read from `/metrics`. */
  readonly operator?: Operator | null;
  /** Milliseconds to wait until the backlog is empty (default 60,000). */
  readonly persistWaitMs?: number;
  /** Replays only this number of lines from the start of the file. */
  readonly linesMax?: number;
  readonly onStep?: (done: number, total: number) => void;
  readonly onRemark?: (text: string) => void;
}

/**
 * Replays a channel log on a running Parley as its people did, reads everything back and compares.
 *
 * Differences are in the report. Throws only if the replay cannot be completed.
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const startedAt = performance.now();
  const { lines, plan } = await readPlan(options);
  const retrier = new Retrier(options.retryForMs ?? 30_000, rateLimitHint(options.onRemark));
  const rest = new RestClient(options.url, retrier);
  const stage = await Stage.set(options.url, rest, retrier, `Replay of ${basename(options.file)}`, Math.max(1, options.observers ?? 3));
  let driven: Driven | null = null;
  try {
    const driveStartedAt = performance.now();
    driven = await drive(options, plan, retrier, stage);
    const driveMs = performance.now() - driveStartedAt;
    const { differences, readBack } = await verify(options, plan, driven, stage);
    const verifiedMs = performance.now() - startedAt;
    const backlog = await waitUntilPersisted(options.url, options.operator ?? null, options.persistWaitMs ?? 60_000);
    if (backlog.entries !== null && backlog.entries > 0) differences.push(`${backlog.entries} entries are still not persisted`);
    return {
      ...facts(plan, driven, stage),
      isVerified: differences.length === 0,
      differences,
      file: basename(options.file),
      lines,
      troubles: retrier.counts,
      readBack,
      backlog,
      driveMs,
      linesPerSecond: (lines * 1000) / driveMs,
      messagesPerSecond: (driven.sent.length * 1000) / driveMs,
      verifiedPerSecond: (driven.sent.length * 1000) / verifiedMs,
    };
  } finally {
    stage.close();
    for (const participant of driven?.participants ?? []) participant.close();
  }
}

function drive(options: ReplayOptions, plan: Plan, retrier: Retrier, stage: Stage): Promise<Driven> {
  const surroundings = (options.urls ?? [options.url]).map((url) => ({
    url,
    rest: new RestClient(url, retrier),
    retrier,
    conversationId: stage.conversationId,
  }));
  return drivePlan(plan, surroundings, {
    pipeline: Math.max(1, options.pipeline ?? 1),
    stepsPerSecond: options.linesPerSecond ?? null,
    repeatEvery: options.repeatEvery ?? 0,
    onStep: options.onStep ?? (() => undefined),
  });
}

function facts(plan: Plan, driven: Driven, stage: Stage) {
  const sends = plan.steps.filter((step) => step.kind === 'send');
  return {
    conversationId: stage.conversationId,
    ignoredLines: plan.ignoredLines,
    people: plan.people.length,
    replies: sends.filter((step) => step.replyToLine !== null).length,
    sent: sends.length,
    acknowledged: driven.sent.length,
    replayed: driven.replayed,
    ackP50Ms: percentile(driven.ackMs, 0.5),
    ackP99Ms: percentile(driven.ackMs, 0.99),
    observers: stage.observers.map(({ name, counts }) => ({ name, ...counts })),
  };
}

async function readPlan(options: ReplayOptions): Promise<{ lines: number; plan: Plan }> {
  const lines = parseChat(await readFile(options.file)).slice(0, options.linesMax ?? Infinity);
  const annotation = await readAnnotation(options.file);
  return { lines: lines.length, plan: planReplay(lines, parseLinks(annotation, lines)) };
}

async function readAnnotation(file: string): Promise<string> {
  if (!file.endsWith('.raw.txt')) return '';
  try {
    return await readFile(file.replace(/\.raw\.txt$/, '.annotation.txt'), 'utf8');
  } catch {
    return '';
  }
}

async function verify(
  options: ReplayOptions,
  plan: Plan,
  driven: Driven,
  stage: Stage,
): Promise<{ differences: string[]; readBack: number }> {
  const conversation = await stage.conversation();
  await Promise.all(stage.observers.map((observer) => observer.catchUp(conversation.rev)));
  const history = await stage.readHistory();
  const differences = [...driven.differences, ...verifyHistory(driven.sent, history, (options.pipeline ?? 1) <= 1)];
  if (conversation.seq !== history.length)
    differences.push(`the conversation has seq ${conversation.seq}, but history holds ${history.length} messages`);
  for (const observer of stage.observers) differences.push(...verifyObserver(observer, history, options.isLiveOrderStrict ?? true));
  for (const [index, participant] of driven.participants.entries()) {
    const wanted = plan.people[index]?.lastName;
    const name = await participant.currentName();
    if (name !== wanted) differences.push(`person ${index}: is named "${name}", expected "${wanted}"`);
  }
  return { differences, readBack: history.length };
}

function rateLimitHint(onRemark: ReplayOptions['onRemark']): (what: string, waitMs: number) => void {
  const reportedLimits = new Set<string>();
  const settingOf = (what: string): string =>
    what === 'auth.guest'
      ? 'RATE_REGISTER_PER_MINUTE'
      : what.startsWith('message.send')
        ? 'SOCKET_EVENTS_PER_SECOND_MAX'
        : 'RATE_REST_PER_SECOND';
  return (what, waitMs) => {
    if (reportedLimits.has(what)) return;
    reportedLimits.add(what);
    onRemark?.(
      `${what}: rate limited, waiting ${Math.ceil(waitMs / 1000)} s as the server demands; its ${settingOf(what)} can be raised for a replay`,
    );
  };
}
