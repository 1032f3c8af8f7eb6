import { join } from 'node:path';
import type { BenchFlags } from './command-line.js';
import { runScenario, type ContenderResult, type Run, type Tell } from './runner.js';
import type { BenchOptions, Contender, Scenario } from './scenario.js';
import { describeProfiles } from './support/cpu-profile.js';
import { names } from './support/goals.js';
import { machineFacts } from './support/machine.js';
import { loadScenario } from './support/scenario-files.js';
import { formatResult } from './support/table.js';
import { writeJson } from './support/write-json.js';

/** One scenario of a result. */
export interface ScenarioResult {
  readonly id: string;
  readonly summary: string;
  readonly mainFigure: string;
  readonly isLessBetter: boolean;
  readonly contenders: readonly ContenderResult[];
}

const tell: Tell = (text) => void process.stderr.write(`${text}\n`);

/** Runs the scenarios one after the other and prints each when it is done. Resolves with the exit code. */
export async function runBench(flags: BenchFlags, profileFolder: string | null, signal: AbortSignal): Promise<number> {
  const machine = machineFacts();
  const results: ScenarioResult[] = [];
  let failed = 0;
  for (const name of flags.scenarios) {
    const scenario = await loadScenario(name);
    const folder = profileFolder === null ? null : join(profileFolder, name);
    try {
      const contenders = await runOne(scenario, { ...runOf(flags, signal), options: optionsOf(flags, folder) });
      if (contenders.length > 0) results.push(resultOf(scenario, contenders));
    } catch (error) {
      if (signal.aborted) throw error;
      failed += 1;
      tell(`bench: ${scenario.id} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { cores, processor, node, loadAverage, commit } = machine;
  process.stdout.write(
    `${cores} cores, ${processor}, node ${node}, load ${loadAverage.toFixed(2)} before, commit ${commit ?? 'unknown'}\n`,
  );
  if (flags.json !== undefined) await writeJson(flags.json, { machine, options: optionsOf(flags, null), scenarios: results });
  return failed > 0 ? 1 : 0;
}

async function runOne(scenario: Scenario, run: Run): Promise<readonly ContenderResult[]> {
  tell(`${scenario.id}: ${scenario.summary}`);
  const { profileFolder } = run.options;
  const contenders = scenario.contenders.filter((contender) => canRun(contender, profileFolder !== null));
  if (contenders.length === 0) return [];
  const results = await runScenario(scenario, contenders, run);
  process.stdout.write(`\n${scenario.id}: ${scenario.summary}\n${formatResult(scenario, results)}\n\n`);
  if (profileFolder !== null) {
    const spans = results.flatMap(({ rounds }) =>
      rounds.map((round) => ({ from: round['fromClockUs'] ?? 0, until: round['untilClockUs'] ?? 0 })),
    );
    process.stdout.write(`profiles: ${profileFolder}\n${await describeProfiles(profileFolder, spans)}\n\n`);
  }
  return results;
}

/** A profile is taken of Parley alone: beside others it would be no faster to get, and its ratios would mean nothing. */
function canRun({ name, missing }: Contender, isProfiled: boolean): boolean {
  if (isProfiled && name !== names.embedded && name !== names.cluster) return false;
  const reason = missing?.() ?? null;
  if (reason !== null) tell(`without ${name}: ${reason}`);
  return reason === null;
}

function runOf(flags: BenchFlags, signal: AbortSignal): Omit<Run, 'options'> {
  return { rounds: flags.rounds ?? (flags.full ? 5 : 3), tell, signal };
}

function optionsOf(flags: BenchFlags, profileFolder: string | null): BenchOptions {
  return {
    seconds: flags.seconds ?? (flags.quick ? 1.5 : 10),
    warmUpMs: 1000 * (flags.warmUp ?? (flags.quick ? 0.7 : 2)),
    isQuick: flags.quick,
    scale: flags.scale,
    profileFolder,
  };
}

function resultOf({ id, summary, mainFigure, isLessBetter }: Scenario, contenders: readonly ContenderResult[]): ScenarioResult {
  return { id, summary, mainFigure, isLessBetter: isLessBetter ?? false, contenders };
}
