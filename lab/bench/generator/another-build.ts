import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender, Scenario } from '../scenario.js';
import { isParley } from './goals.js';

const ownProgram = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const chosenProgram = new AsyncLocalStorage<string>();

/** The entry file of the Parley that is being started: of this checkout, unless an opening runs for another one. */
export function parleyProgram(): string {
  return chosenProgram.getStore() ?? ownProgram;
}

/**
 * The scenario with two contenders only, Parley built in another checkout and Parley built here, and the former as the reference:
 * in their interleaved rounds the machine is the same for both. Throws if the other checkout is not built.
 */
export function againstBuild(scenario: Scenario, folder: string): Scenario {
  const program = join(folder, 'dist/src/main.js');
  if (!existsSync(program)) throw new Error(`${program} does not exist: run npm ci && npm run build in ${folder}`);
  const contenders = scenario.contenders.filter(({ name }) => isParley(name));
  const others = contenders.map((contender): Contender => {
    const open: Contender['open'] = (options, defer) => chosenProgram.run(program, () => contender.open(options, defer));
    return { ...contender, name: `${contender.name}, other build`, open };
  });
  const { bar: _bar, stretchGoal: _goal, beside: _beside, ...rest } = scenario;
  return { ...rest, contenders: [...others, ...contenders], reference: others[0]?.name };
}
