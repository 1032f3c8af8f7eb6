import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * The reviewed query plans, in a file beside the test. An unknown plan fails the test. With `PLANS=add` in the environment, new plans
 * are added to the file, to be reviewed in its diff.
 */
export class KnownPlans {
  constructor(private readonly file: string) {}

  /** The plans that are not in the file. */
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
