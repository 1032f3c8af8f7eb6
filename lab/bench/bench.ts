import { join } from 'node:path';
import type { BenchFlags } from './command-line.js';
import { runScenario, type ContenderResult, type Run, type Tell } from './runner.js';
import type { BenchOptions, Contender, Scenario } from './scenario.js';
import { againstBuild } from './servers/another-build.js';
import { compareResults, type Comparison } from './report/compare-results.js';
import { describeProfiles } from './report/cpu-profile.js';
import { isParley } from './report/goals.js';
import { type MachineFacts, machineFacts } from '../support/machine.js';
import { latestFile, readResult } from './report/result-file.js';
import { type Ran, saveResult } from './report/save-result.js';
import { formatResult } from './report/result-table.js';
import { writeJson } from '../support/write-json.js';
import { errorMessage } from '../support/error-message.js';
import { textTable } from '../support/tables.js';

const quickSeconds = 1.5;
const quickWarmUpSeconds = 0.5;

const tell: Tell = (text) => void process.stderr.write(`${text}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Runs the scenarios one after the other and prints each result. Resolves with the exit code: 1 if a scenario failed or a ratio fell.
 * Rejects if `signal` aborts; the results so far are saved like those of any other run.
 */
export async function runBench(flags: BenchFlags, profileFolder: string | null, signal: AbortSignal): Promise<number> {
  const before = flags.compare === undefined ? undefined : await readResult(flags.compare === true ? latestFile : flags.compare);
  const machine = machineFacts();
  const ran: Ran[] = [];
  for (const { name, scenario: own } of flags.scenarios) {
    const scenario = flags.against === undefined ? own : againstBuild(own, flags.against);
    const folder = profileFolder === null ? null : join(profileFolder, name);
    try {
      const contenders = await runOne(scenario, { ...runOf(flags, signal), options: optionsOf(flags, folder) });
      ran.push({ name, scenario, contenders });
    } catch (error) {
      if (signal.aborted) {
        if (ran.length > 0) await writeResult(flags, machine, ran);
        throw error;
      }
      tell(`bench: ${scenario.id} failed: ${errorMessage(error)}`);
    }
  }
  const { cores, processor, node, loadAverage, commit } = machine;
  print(`${cores} cores, ${processor}, node ${node}, load ${loadAverage.toFixed(2)} before, commit ${commit ?? 'unknown'}`);
  await writeResult(flags, machine, ran);
  const isBehind = before !== undefined && printComparison(compareResults(before, resultOf(flags, machine, ran), flags.tolerance));
  return isBehind || ran.length < flags.scenarios.length ? 1 : 0;
}

async function runOne(scenario: Scenario, run: Run): Promise<readonly ContenderResult[]> {
  tell(`${scenario.id}: ${scenario.summary}`);
  const { profileFolder } = run.options;
  const contenders = scenario.contenders.filter((contender) => canRun(contender, profileFolder !== null));
  if (contenders.length === 0) return [];
  const startedAt = performance.now();
  const results = await runScenario(scenario, contenders, run);
  tell(`${scenario.id} took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  print(`\n${scenario.id}: ${scenario.summary}\n${formatResult(scenario, results)}\n`);
  if (profileFolder !== null) print(`profiles: ${profileFolder}\n${await describeProfiles(profileFolder, spansOf(results))}\n`);
  return results;
}

function spansOf(results: readonly ContenderResult[]) {
  const rounds = results.flatMap((result) => result.rounds);
  return rounds.flatMap(({ fromClockUs, untilClockUs }) =>
    fromClockUs && untilClockUs ? [{ from: fromClockUs, until: untilClockUs }] : [],
  );
}

/** Only Parley runs under the profiler: the ratios would mean nothing. */
function canRun({ name, missing }: Contender, isProfiled: boolean): boolean {
  if (isProfiled && !isParley(name)) return false;
  const reason = missing?.() ?? null;
  if (reason !== null) tell(`without ${name}: ${reason}`);
  return reason === null;
}

async function writeResult(flags: BenchFlags, machine: MachineFacts, ran: readonly Ran[]): Promise<void> {
  const result = resultOf(flags, machine, ran);
  if (flags.json !== undefined) await writeJson(flags.json, result);
  if (!flags.save && !flags.full) return;
  tell(`saved in ${await saveResult(machine, result, ran, flags.isWhole && ran.length === flags.scenarios.length)}`);
}

/** Prints how Parley's ratios have changed. Returns whether one of them is worse by more than the tolerance. */
function printComparison(comparisons: readonly Comparison[]): boolean {
  const rows = comparisons.map(({ id, contender, before, now, change, isRatio, isWorse }) => [
    `${id} ${contender}${isRatio ? '' : ' (by itself)'}`,
    before.toPrecision(3),
    now.toPrecision(3),
    `${change.toFixed(2)}x${isWorse ? ' WORSE' : ''}`,
  ]);
  print(`\nchange since the earlier result (below 1: worse)\n${textTable([['', 'before', 'now', 'change'], ...rows])}`);
  return comparisons.some(({ isWorse }) => isWorse);
}

function resultOf(flags: BenchFlags, machine: MachineFacts, ran: readonly Ran[]) {
  const scenarios = ran
    .filter(({ contenders }) => contenders.length > 0)
    .map(({ scenario: { id, summary, mainFigure, isLessBetter = false }, contenders }) => ({
      id,
      summary,
      mainFigure,
      isLessBetter,
      contenders: [...contenders],
    }));
  return { machine: { ...machine }, options: optionsOf(flags, null), scenarios };
}

function runOf(flags: BenchFlags, signal: AbortSignal): Omit<Run, 'options'> {
  return { rounds: flags.rounds ?? (flags.full ? 5 : 3), tell, signal };
}

function optionsOf(flags: BenchFlags, profileFolder: string | null): BenchOptions {
  return {
    seconds: flags.seconds ?? (flags.quick ? quickSeconds : 10),
    warmUpMs: 1000 * (flags.warmUp ?? (flags.quick ? quickWarmUpSeconds : 2)),
    isQuick: flags.quick,
    scale: flags.scale,
    profileFolder,
  };
}
