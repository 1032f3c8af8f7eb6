import { readdir } from 'node:fs/promises';
import type { Scenario } from '../scenario.js';

const folder = new URL('../scenarios/', import.meta.url);
const suffix = '.scenario.js';

/** Names of the scenarios: those of their files, `w2-pairs`, in the order of their numbers. */
export async function scenarioNames(): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(suffix));
  return files.map((file) => file.slice(0, -suffix.length)).sort(new Intl.Collator('en', { numeric: true }).compare);
}

/** Loads a scenario by the name of its file. */
export async function loadScenario(name: string): Promise<Scenario> {
  const module: { scenario?: Scenario } = await import(new URL(`${name}${suffix}`, folder).href);
  if (!module.scenario) throw new Error(`lab/bench/scenarios/${name}.scenario.ts exports no scenario`);
  return module.scenario;
}
