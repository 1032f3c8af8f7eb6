import { readdir } from 'node:fs/promises';
import type { Scenario } from './scenario.js';

const folder = new URL('./scenarios/', import.meta.url);
const suffix = '.scenario.js';
const byId = new Intl.Collator('en', { numeric: true });

/** A scenario and the name of its file: `rest-requests`. */
export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

/** Loads all scenarios, sorted by id. */
export async function loadScenarios(): Promise<NamedScenario[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(suffix));
  const all = await Promise.all(files.map((file) => loadScenario(file.slice(0, -suffix.length))));
  return all.toSorted((one, other) => byId.compare(one.scenario.id, other.scenario.id));
}

async function loadScenario(name: string): Promise<NamedScenario> {
  const module: { scenario?: Scenario } = await import(new URL(`${name}${suffix}`, folder).href);
  if (module.scenario === undefined) throw new Error(`lab/bench/scenarios/${name}.scenario.ts exports no scenario`);
  return { name, scenario: module.scenario };
}
