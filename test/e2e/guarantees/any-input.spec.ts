import { type CommandName, commands } from '#contracts/commands.js';
import { type RouteName, routes } from '#contracts/routes.js';
import { fuzz } from '../../support/fuzz/fuzz.js';
import { restTarget } from '../../support/fuzz/rest-target.js';
import { socketTarget } from '../../support/fuzz/socket-target.js';
import { loginOperator } from '../../support/operator.js';
import { guest } from '../../support/people.js';

jest.setTimeout(900_000);

const inputsMin = 20_000;
/** Another seed tries other inputs: `PARLEY_TEST_SEED=7 npx jest --selectProjects e2e --testPathPatterns any-input`. */
const seed = Number(process.env.PARLEY_TEST_SEED ?? 1);

test('no input of any route or command causes a server error, an undocumented code or an answer that breaks its schema', async () => {
  const operator = await loginOperator();
  const routeNames = Object.keys(routes).filter((name): name is RouteName => Object.hasOwn(routes, name));
  const commandNames = Object.keys(commands).filter((name): name is CommandName => Object.hasOwn(commands, name));
  const targets = [...routeNames.map((name) => restTarget(name, operator)), ...commandNames.map(socketTarget)];
  const report = await fuzz(targets, { seed, inputsMin, concurrency: 6, friend: await guest() });
  if (report.failures.length > 0)
    throw new Error(
      `${report.failures.length} kinds of faults in ${report.inputs} inputs with seed ${seed}:\n  ${report.failures.slice(0, 30).join('\n  ')}`,
    );
  expect(report.unreached).toEqual([]);
  expect(report.inputs).toBeGreaterThanOrEqual(inputsMin);
  expect(report.outcomes.get('success')).toBeGreaterThan(inputsMin / 20);
});
