import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { z } from 'zod';
import { commands, type CommandSpec } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { commandOf, type CommandContext } from '../command.js';

/** A command of the contract with the method that answers it. */
export interface BoundCommand {
  readonly name: string;
  readonly input: z.ZodType;
  readonly run: (caller: Caller, input: unknown, context: CommandContext) => unknown;
}

type Run = BoundCommand['run'];

/** Finds the handler of each command among all providers. */
@Injectable()
export class CommandTable {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Every command by name. Throws when one has no handler or more than one. */
  build(): ReadonlyMap<string, BoundCommand> {
    const handlers = this.handlers();
    const faults: string[] = [];
    const table = new Map<string, BoundCommand>();
    for (const [name, spec] of Object.entries<CommandSpec>(commands)) {
      const [run, ...others] = handlers.get(name) ?? [];
      if (run === undefined) faults.push(`${name} has no handler`);
      else if (others.length > 0) faults.push(`${name} has ${others.length + 1} handlers`);
      else table.set(name, { name, input: z.compile(spec.input), run });
    }
    if (faults.length > 0) throw new Error(`socket commands: ${faults.join(', ')}`);
    return table;
  }

  private handlers(): Map<string, Run[]> {
    const found = new Map<string, Run[]>();
    const instances = new Set(this.discovery.getProviders().map((wrapper): unknown => wrapper.instance));
    for (const instance of instances) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const key of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
        const method: unknown = Reflect.get(instance, key);
        const name = typeof method === 'function' ? commandOf(method) : undefined;
        if (typeof method !== 'function' || name === undefined) continue;
        const run: Run = (...args) => Reflect.apply(method, instance, args);
        found.set(name, [...(found.get(name) ?? []), run]);
      }
    }
    return found;
  }
}
