import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { WorkGate } from './infra/work-gate.js';

/** OWASP's floor for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
export const argon2idFloor = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** `Algorithm.Argon2id`, whose const enum cannot be imported from an isolated module. */
const argon2id = 2;

/** Each hash holds 19 MiB and a thread of Node's pool of four for some 20 ms; one thread stays free for files and names. */
const hashesAtOnceMax = Math.min(3, availableParallelism());
/** With these the last one waits about as long as a person would. */
const hashesWaitingMax = 250;
const retryAfterMs = 2000;

/** Hashes passwords with argon2id, a bounded number at once; over the bound `overloaded`. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly gate = new WorkGate(hashesAtOnceMax, hashesWaitingMax, retryAfterMs);
  private decoy = '';

  /** Makes the hash that stands in for users without one, with the same parameters and so the same time. */
  async onModuleInit(): Promise<void> {
    this.decoy = await this.hash(randomBytes(32).toString('base64url'));
  }

  /** A PHC string with a fresh salt. The password is taken as it is, all of it. */
  hash(password: string): Promise<string> {
    return this.gate.run(() => hash(password, { ...argon2idFloor, algorithm: argon2id }));
  }

  /** Whether this is the password. Without a stored hash false, after the same time. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const matches = await this.gate.run(() => verify(stored ?? this.decoy, password));
    return stored !== null && matches;
  }
}
