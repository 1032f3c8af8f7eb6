import type { z } from 'zod';
import type { FuzzScene } from './fuzz-scene.js';
import type { Mutation } from './inputs.js';

/** A route or command under test. */
export interface FuzzTarget {
  readonly name: string;
  /** The whole input as one schema. */
  readonly schema: z.ZodType;
  /** Whether a success takes away what the next input needs, so that it needs a new scene. */
  readonly isDestructive: boolean;
  /** The most inputs that make sense, for a target whose valid inputs are slow on purpose, such as a hashed password. */
  readonly inputsMax: number;
  /** Raw inputs apart from the fields: headers, malformed JSON, wrong numbers of arguments. */
  readonly special: ReadonlyArray<(scene: FuzzScene) => Promise<Outcome>>;
  /** Sends the example with these changes. Throws if the answer breaks the contract. */
  send(scene: FuzzScene, mutations: readonly Mutation[]): Promise<Outcome>;
}

/** An answer that fits the contract: `success`, or the code of an error. */
export type Outcome = string;
