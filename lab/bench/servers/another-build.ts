import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serverProgram } from '../../support/paths.js';
import { isParley } from '../report/goals.js';
import type { Contender, Scenario } from '../scenario.js';

const chosenProgram = new AsyncLocalStorage<string>();

/** The entry file of the Parley that is being started: that of this checkout, unless a contender opens another build. */
export function parleyProgram(): string {
  return chosenProgram.getStore() ?? serverProgram;
}

/**
 * Reduces a scenario to two contenders: Parley as built in another checkout, which is the reference, and Parley as built here. Their
 * rounds alternate, so that both have the same machine. Throws if the other checkout is not built.
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
