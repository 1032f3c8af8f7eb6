import type { ParleyProcess } from '../processes/parley-process.js';
import type { Stage } from '../stage.js';
import { becomes } from '../wait.js';

/** The scoreboard's names for the kill points of src/platform/fault-points.ts. */
export const killPoints = {
  a1: 'commit.before',
  a2: 'commit.inside',
  a3: 'commit.after',
  a4: 'ack.before',
  r1: 'queue.before',
  r2: 'queue.after',
  w1: 'persist.before',
  w2: 'persist.inside',
  w3: 'settle.before',
  w4: 'settle.after',
  s1: 'socket.opening',
  s2: 'socket.ready',
} as const;
export type KillPoint = keyof typeof killPoints;

const deathPatienceMs = 30_000;
/** A process dies within so many passes of its point: traffic is there at once. */
const passesMax = 20;
/** The commit is under way for about so long. */
const insideMsMax = 4;

/** What the environment of a process says that is to die the n-th time it comes by. */
export function killPointEnv(point: KillPoint, nth: number, delayMs = 0): Record<string, string> {
  return { FAULT_POINT: `${killPoints[point]}:${nth}:${delayMs}` };
}

/** One process that dies again and again at these points in turn, `times` at each; it is started for good in the end. Answers the deaths. */
async function dieAgain(stage: Stage, node: ParleyProcess, points: readonly KillPoint[], times: number): Promise<number> {
  const random = stage.context.random.fork(`${node.name} ${points.join(' ')}`);
  let deaths = 0;
  await node.kill();
  stage.kills += 1;
  for (let turn = 0; turn < times * points.length; turn += 1) {
    const point = points[turn % points.length] ?? 'a1';
    const delayMs = point === 'a2' ? random.next() * insideMsMax : 0;
    node.launch({ env: killPointEnv(point, random.integer(1, passesMax), delayMs) });
    if (await becomes(() => !node.isRunning, deathPatienceMs, 10)) deaths += 1;
    else stage.notes.push(`${node.name} did not come by ${point} (${killPoints[point]}) in ${deathPatienceMs / 1000} s`);
    await node.kill();
    stage.kills += 1;
  }
  await node.start();
  return deaths;
}

export interface Victim {
  readonly node: ParleyProcess | undefined;
  readonly points: readonly KillPoint[];
}

/** Lets several processes die at their points side by side, and waits until everything works again. Answers the deaths. */
export async function dieAtPoints(stage: Stage, victims: readonly Victim[], times: number): Promise<number> {
  const dying = victims.map(({ node, points }) => (node === undefined ? Promise.resolve(0) : dieAgain(stage, node, points, times)));
  const deaths = await Promise.all(dying);
  await stage.strike(() => Promise.resolve());
  return deaths.reduce((sum, count) => sum + count, 0);
}
