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
/** The commit is under way for about so long. */
const insideMsMax = 4;

/** What the environment of a process says that is to die the n-th time it comes by. */
export function killPointEnv(point: KillPoint, nth: number, delayMs = 0): Record<string, string> {
  return { FAULT_POINT: `${killPoints[point]}:${nth}:${delayMs}` };
}

/** Starts the process again and again, each time to die at the next of these points; starts it for good in the end. */
export async function dieAtPoints(
  stage: Stage,
  nodes: readonly ParleyProcess[],
  points: readonly KillPoint[],
  times: number,
): Promise<number> {
  const { random } = stage.context;
  let deaths = 0;
  for (let turn = 0; turn < times; turn += 1) {
    for (const point of points) {
      const node = random.pick(nodes);
      await node.kill();
      const delayMs = point === 'a2' ? random.next() * insideMsMax : 0;
      node.launch({ env: killPointEnv(point, random.integer(1, 40), delayMs) });
      if (await becomes(() => !node.isRunning, deathPatienceMs, 10)) deaths += 1;
      else stage.notes.push(`${node.name} did not come by ${point} (${killPoints[point]}) in ${deathPatienceMs / 1000} s`);
      await node.kill();
      stage.kills += 2;
      if (nodes.length > 1) await node.start();
    }
  }
  await stage.strike(async () => {
    for (const node of nodes) if (!node.isRunning) await node.start();
  });
  return deaths;
}
