import { runScenario } from './runner.js';
import type { Contender, Scenario } from './scenario.js';
import { formatResult } from './report/result-table.js';

const options = { seconds: 0, warmUpMs: 0, isQuick: false, scale: 1, profileFolder: null };
const run = { rounds: 3, options, tell: () => undefined, signal: new AbortController().signal };

/** A contender whose rounds measure these figures in turn. */
function contender(name: string, ...values: number[]): Contender {
  const rest = [...values];
  return { name, open: () => Promise.resolve(() => Promise.resolve({ main: rest.shift() ?? null })) };
}

const scenario: Scenario = {
  id: 'W0',
  summary: 'a scenario',
  mainFigure: 'main',
  reference: 'bare',
  beside: ['ejabberd', 'absent'],
  columns: [{ figure: 'main', title: 'main', digits: 0 }],
  contenders: [contender('bare', 100, 50, 10), contender('Parley, embedded', 200, 200, 200), contender('ejabberd', 20, 50, 100)],
};

describe('runScenario', () => {
  it('compares neighbouring rounds with the reference and with further contenders', async () => {
    const [, parley] = await runScenario(scenario, [...scenario.contenders], run);
    expect(parley).toMatchObject({ ratio: 4, ratioTo: { ejabberd: 4 } });
  });

  it('ignores the uncounted rounds of a scenario, except in a quick run', async () => {
    const rounds = async (isQuick: boolean) => {
      const contenders = [contender('bare', 1, 100, 100, 100), contender('Parley, embedded', 1, 200, 200, 200)];
      const [, parley] = await runScenario({ ...scenario, uncountedRounds: 1 }, contenders, { ...run, options: { ...options, isQuick } });
      return parley?.rounds.map(({ main }) => main);
    };
    expect(await rounds(false)).toEqual([200, 200, 200]);
    expect(await rounds(true)).toEqual([1, 200, 200]);
  });

  it('prints the ratio to each further contender that ran', async () => {
    const contenders = [contender('Parley, embedded', 60, 60, 60), contender('ejabberd', 20, 20, 20)];
    const text = formatResult(scenario, await runScenario(scenario, contenders, run));
    expect(text).toContain('Parley, embedded / ejabberd: 3.00x');
    expect(text).not.toContain('absent');
    expect(formatResult(scenario, await runScenario(scenario, contenders.slice(0, 1), run))).not.toContain('ejabberd');
  });
});
