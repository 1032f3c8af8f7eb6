import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownSecret } from '#platform/config/own-secret.js';
import { topology } from './topology.js';

type SecretName = keyof typeof topology.secretFiles;

/** Addresses that contain a password. They are known once the servers have ports. */
export interface Addresses {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** The secrets of a cluster, each in a file that only its owner can read. */
export class SecretFiles {
  constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Generated at the first call and kept in a file. */
  get redisPassword(): string {
    return ownSecret(join(this.folder, 'redis-password'));
  }

  /** Writes the secrets of the nodes; returns `<NAME>_FILE` for each. A secret from the environment takes precedence over a generated one. */
  write({ databaseUrl, redisUrl }: Addresses): Readonly<Record<string, string>> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    this.put('DATABASE_URL', databaseUrl);
    this.put('REDIS_URL', redisUrl);
    for (const name of ['AUTH_SECRET', 'ADMIN_PASSWORD', 'METRICS_TOKEN'] as const) {
      const given = this.environment[name];
      if (given === undefined) ownSecret(this.pathOf(name));
      else this.put(name, given);
    }
    const names: SecretName[] = ['AUTH_SECRET', 'DATABASE_URL', 'REDIS_URL', 'ADMIN_PASSWORD', 'METRICS_TOKEN'];
    return Object.fromEntries(names.map((name) => [`${name}_FILE`, this.pathOf(name)]));
  }

  pathOf(name: SecretName): string {
    return join(this.folder, topology.secretFiles[name]);
  }

  private put(name: SecretName, value: string): void {
    writeFileSync(this.pathOf(name), `${value}\n`, { mode: 0o600 });
  }
}
