import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { WorkGate } from './infra/work-gate.js';

/** OWASP's minimum for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
export const argon2idFloor = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** `Algorithm.Argon2id`, whose const enum cannot be imported from an isolated module. */
const argon2id = 2;

/** Each hash holds 19 MiB and one of the four threads in Node's pool for about 20 ms; one thread stays free for files and DNS. */
const hashesAtOnceMax = Math.min(3, availableParallelism());
/** The last in a full queue waits about as long as a person would. */
const hashesWaitingMax = 250;
const retryAfterMs = 2000;

/** Hashes passwords with argon2id, a bounded number at once. Throws `overloaded` beyond that. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly gate = new WorkGate(hashesAtOnceMax, hashesWaitingMax, retryAfterMs);
  private decoyHash = '';

  /** Makes the hash that is verified for users without one: its parameters are the same, so it takes the same time. */
  async onModuleInit(): Promise<void> {
    this.decoyHash = await this.hashPassword(randomBytes(32).toString('base64url'));
  }

  /** A PHC string with a fresh salt. The password is neither trimmed nor cut. */
  hashPassword(password: string): Promise<string> {
    return this.gate.runTask(() => hash(password, { ...argon2idFloor, algorithm: argon2id }));
  }

  /** Whether the password matches. Answers false without a stored hash, after the same time. */
  async verifyPassword(stored: string | null, password: string): Promise<boolean> {
    const matches = await this.gate.runTask(() => verify(stored ?? this.decoyHash, password));
    return stored !== null && matches;
  }
}
