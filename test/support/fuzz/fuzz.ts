import type { Person } from '../people.js';
import { type FuzzScene, fuzzScene } from './fuzz-scene.js';
import type { FuzzTarget, Outcome } from './fuzz-target.js';
import { firstMutations, type Mutation, otherMutations, randomMutations } from './inputs.js';
import { Random } from './random.js';
import { fieldsOf } from './schema-values.js';

export interface FuzzOptions {
  readonly seed: number;
  /** At least so many inputs in all. */
  readonly inputsMin: number;
  /** Targets that are tried at the same time. */
  readonly concurrency: number;
  /** A member of all conversations. */
  readonly friend: Person;
}

export interface FuzzReport {
  readonly inputs: number;
  /** The answers by their code. */
  readonly outcomes: ReadonlyMap<Outcome, number>;
  /** The inputs whose answers broke the contract, as short as they can be made; one for each target and kind of fault. */
  readonly failures: readonly string[];
  /** Targets whose own example is refused as invalid, so that nothing behind the validation was reached. */
  readonly unreached: readonly string[];
}

const shownMax = 300;

/** Sends inputs to all targets until there were enough. Repeats a failed input with fewer changes, to find the one that matters. */
export async function fuzz(targets: readonly FuzzTarget[], options: FuzzOptions): Promise<FuzzReport> {
  const run = new FuzzRun(targets, options);
  await run.tryAll();
  return run;
}

class FuzzRun implements FuzzReport {
  inputs = 0;
  readonly outcomes = new Map<Outcome, number>();
  readonly failures: string[] = [];
  private readonly faults = new Set<string>();
  readonly unreached: string[] = [];

  constructor(
    private readonly targets: readonly FuzzTarget[],
    private readonly options: FuzzOptions,
  ) {}

  async tryAll(): Promise<void> {
    const share = Math.ceil(this.options.inputsMin / this.targets.filter((target) => target.inputsMax === Infinity).length);
    const waiting = this.targets.map((target, index) => () => this.tryTarget(target, Math.min(share, target.inputsMax), index));
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    };
    await Promise.all(Array.from({ length: this.options.concurrency }, work));
  }

  /** The example, the special inputs, the first values of each field, then others and combinations until the target has its share. */
  private async tryTarget(target: FuzzTarget, share: number, index: number): Promise<void> {
    const random = new Random(this.options.seed + index);
    let scene = await fuzzScene(this.options.friend);
    const renew = async (outcome: Outcome | undefined) => {
      if (target.isDestructive && outcome === 'success') scene = await fuzzScene(this.options.friend, scene.known);
    };
    const example = await this.tryOne(target, scene, []);
    if (example === 'validation.failed') this.unreached.push(target.name);
    await renew(example);
    for (const special of target.special) {
      await renew(
        await this.record(
          () => special(scene),
          target,
          () => `special input ${target.special.indexOf(special)}`,
        ),
      );
    }
    const fields = fieldsOf(target.schema, scene.known);
    const first = firstMutations(fields).slice(0, target.inputsMax);
    for (const mutations of first) await renew(await this.tryOne(target, scene, mutations));
    const others = shuffle(otherMutations(fields), random);
    const combine = randomMutations(fields, random);
    for (let count = target.special.length + first.length + 1; count < share; count += 1) {
      const other = others.pop();
      await renew(await this.tryOne(target, scene, other === undefined || random.below(4) === 0 ? combine() : [other]));
    }
  }

  private tryOne(target: FuzzTarget, scene: FuzzScene, mutations: readonly Mutation[]): Promise<Outcome | undefined> {
    const send = () => target.send(scene, mutations);
    return this.record(send, target, async () => describe(await shrink(target, scene, mutations)));
  }

  /** Counts the answer. An overloaded server may answer so for once; an input that always overloads it is a failure. */
  private async record(
    send: () => Promise<Outcome>,
    { name }: FuzzTarget,
    what: () => string | Promise<string>,
  ): Promise<Outcome | undefined> {
    this.inputs += 1;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const outcome = await send();
        this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
        return outcome;
      } catch (error) {
        if (String(error).includes('overloaded') && attempt < 2) continue;
        const text = String(error).slice(0, shownMax);
        const fault = `${name} ${text.replaceAll(/[0-9a-f-]{36}|\d+/g, '')}`;
        if (!this.faults.has(fault)) this.failures.push(`${name}: ${await what()}\n    ${text}`);
        this.faults.add(fault);
        return undefined;
      }
    }
  }
}

/** The fewest of the changes that still fail. */
async function shrink(target: FuzzTarget, scene: FuzzScene, mutations: readonly Mutation[]): Promise<readonly Mutation[]> {
  for (const mutation of mutations) {
    const fewer = mutations.filter((one) => one !== mutation);
    try {
      await target.send(scene, fewer);
    } catch {
      return shrink(target, scene, fewer);
    }
  }
  return mutations;
}

function describe(mutations: readonly Mutation[]): string {
  const all = mutations.map(({ path, json }) => `${path.join('.') || 'the input'} = ${json?.slice(0, shownMax) ?? 'missing'}`);
  return all.length === 0 ? 'the example itself' : all.join(' and ');
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.below(2 ** 32) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
