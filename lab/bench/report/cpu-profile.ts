import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Step, stepOf } from './hot-path-steps.js';
import { textTable } from '../../support/tables.js';

const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  startTime: z.number(),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});
type Profile = z.infer<typeof Profile>;
type Node = Profile['nodes'][number];

/** A time span in microseconds of the system's monotonic clock. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

const functionsShown = 25;

/** Sums the self time of all profiles in a folder by step and by function, as text. Only samples within the spans count; all without spans. */
export async function describeProfiles(folder: string, spans: readonly Span[]): Promise<string> {
  const byStep = new Map<Step, number>();
  const byFunction = new Map<string, number>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = Profile.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    addProfile(profile, spans, byStep, byFunction);
  }
  const total = [...byStep.values()].reduce((sum, us) => sum + us, 0);
  const table = (title: string, sums: ReadonlyMap<string, number>, count: number): string => {
    const rows = [...sums].sort((one, other) => other[1] - one[1]).slice(0, count);
    return textTable([[title, 'share'], ...rows.map(([name, us]) => [name, `${((100 * us) / Math.max(1, total)).toFixed(1)} %`])]);
  };
  const seconds = (total / 1e6).toFixed(1);
  return `self time of ${seconds} s, ${spans.length === 0 ? 'from start to end' : 'measured rounds only'}\n${table('step', byStep, 20)}\n\n${table('function', byFunction, functionsShown)}`;
}

function addProfile(profile: Profile, spans: readonly Span[], byStep: Map<Step, number>, byFunction: Map<string, number>): void {
  const places = placesOf(profile);
  let clock = profile.startTime;
  profile.samples.forEach((id, index) => {
    // A delta is the time before its sample. The time after a sample belongs to it.
    clock += profile.timeDeltas[index] ?? 0;
    const us = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    const place = places.get(id);
    if (place === undefined || !isWithin(clock, spans)) return;
    byStep.set(place.step, (byStep.get(place.step) ?? 0) + us);
    byFunction.set(place.name, (byFunction.get(place.name) ?? 0) + us);
  });
}

/** Without spans, the whole life of the process counts. */
function isWithin(clock: number, spans: readonly Span[]): boolean {
  return spans.length === 0 || spans.some(({ from, until }) => clock >= from && clock < until);
}

/** The step of each node: its own or that of its caller. */
function placesOf({ nodes }: Profile): ReadonlyMap<number, { readonly step: Step; readonly name: string }> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map<number, { step: Step; name: string }>();
  const pending = nodes.slice(0, 1).map((node): { node: Node; inherited: Step } => ({ node, inherited: 'other' }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, inherited } = next;
    const { functionName, url, lineNumber } = node.callFrame;
    const step = stepOf(functionName, url) ?? inherited;
    places.set(node.id, { step, name: `${functionName || '(anonymous)'} ${shorten(url)}${url === '' ? '' : `:${lineNumber + 1}`}` });
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) pending.push({ node: child, inherited: step });
    }
  }
  return places;
}

function shorten(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*\/dist\//, '');
}
