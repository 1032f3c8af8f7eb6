import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * The plans that somebody has looked at, in a file beside the test: a plan that is not among them fails it. With `PLANS=add` in the
 * environment new ones are added, to be looked at in the difference.
 */
export class KnownPlans {
  constructor(private readonly file: string) {}

  /** Those of the plans that nobody knows. */
  unknownOf(plans: readonly string[]): string[] {
    const known = this.read();
    const unknown = [...new Set(plans)].filter((plan) => !known.has(plan));
    if (process.env.PLANS !== 'add') return unknown;
    writeFileSync(this.file, `${[...known, ...unknown].sort().join('\n\n')}\n`);
    return [];
  }

  private read(): Set<string> {
    const text = existsSync(this.file) ? readFileSync(this.file, 'utf8').trim() : '';
    return new Set(text === '' ? [] : text.split('\n\n'));
  }
}
