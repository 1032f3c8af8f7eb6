import type { FaultPoint } from '../../../src/platform/fault-points.js';
import type { ParleyProcess } from '../processes/parley-process.js';
import type { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';

const deathRetrierMs = 30_000;
/** A process dies within this many passes of its point, because the load starts at once. */
const passesMax = 20;
/** A commit takes about this long. */
const insideMsMax = 4;

/** The environment that makes a process kill itself on its n-th pass of a fault point, at once or `delayMs` later. */
export function faultPointEnv(point: FaultPoint, nth: number, delayMs = 0): Record<string, string> {
  return { FAULT_POINT: `${point}:${nth}:${delayMs}` };
}

/** Lets one process die at each of the points in turn, `times` at each, and starts it again at the end. Returns the number of deaths. */
async function dieRepeatedly(stage: Stage, node: ParleyProcess, points: readonly FaultPoint[], times: number): Promise<number> {
  const random = stage.context.random.fork(`${node.name} ${points.join(' ')}`);
  let deaths = 0;
  await node.kill();
  stage.kills += 1;
  for (let turn = 0; turn < times * points.length; turn += 1) {
    const point = points[turn % points.length] ?? 'commit.before';
    const delayMs = point === 'commit.inside' ? random.next() * insideMsMax : 0;
    node.launch({ env: faultPointEnv(point, random.integer(1, passesMax), delayMs) });
    if (await becomesTrue(() => !node.isRunning, deathRetrierMs, 10)) deaths += 1;
    else stage.notes.push(`${node.name} did not reach ${point} within ${deathRetrierMs / 1000} s`);
    await node.kill();
    stage.kills += 1;
  }
  await node.start();
  return deaths;
}

export interface Victim {
  readonly node: ParleyProcess | undefined;
  readonly points: readonly FaultPoint[];
}

/** Lets several processes die at their points in parallel and waits until operations succeed again. Returns the number of deaths. */
export async function dieAtPoints(stage: Stage, victims: readonly Victim[], times: number): Promise<number> {
  const dying = victims.map(({ node, points }) => (node === undefined ? Promise.resolve(0) : dieRepeatedly(stage, node, points, times)));
  const deaths = await Promise.all(dying);
  await stage.strike(() => Promise.resolve());
  return deaths.reduce((sum, count) => sum + count, 0);
}
