import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { z } from 'zod';
import { commands, type CommandSpec } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import type { CommandContext } from '../command.js';
import { gatewayFaults, isGateway, messageOf } from './gateway-metadata.js';

/** A command of the contract with the method that answers it. */
export interface BoundCommand {
  readonly name: string;
  readonly input: z.ZodType;
  readonly run: (caller: Caller, input: unknown, context: CommandContext) => unknown;
}

type Run = BoundCommand['run'];

/** Finds the handler of each command among all gateways. */
@Injectable()
export class CommandTable {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Every command by name. Throws when a command has no handler or several, and when a gateway declares something without effect. */
  buildTable(): ReadonlyMap<string, BoundCommand> {
    const gateways = this.gateways();
    const handlers = this.handlersOf(gateways);
    const faults = gateways.flatMap((gateway) => gatewayFaults(gateway.constructor));
    const table = new Map<string, BoundCommand>();
    for (const [name, spec] of Object.entries<CommandSpec>(commands)) {
      const [run, ...others] = handlers.get(name) ?? [];
      if (run === undefined) faults.push(`${name} has no handler`);
      else if (others.length > 0) faults.push(`${name} has ${others.length + 1} handlers`);
      else table.set(name, { name, input: z.compile(spec.input), run });
    }
    for (const name of handlers.keys()) if (!Object.hasOwn(commands, name)) faults.push(`${name} is not a command of the contract`);
    if (faults.length > 0) throw new Error(`socket commands: ${faults.join(', ')}`);
    return table;
  }

  private gateways(): object[] {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    return [...new Set(instances)].filter(isObject).filter(({ constructor }) => isGateway(constructor));
  }

  private handlersOf(gateways: readonly object[]): Map<string, Run[]> {
    const found = new Map<string, Run[]>();
    for (const gateway of gateways) {
      for (const key of this.scanner.getAllMethodNames(Object.getPrototypeOf(gateway))) {
        const method: unknown = Reflect.get(gateway, key);
        const name = typeof method === 'function' ? messageOf(method) : undefined;
        if (typeof method !== 'function' || name === undefined) continue;
        const run: Run = (...args) => Reflect.apply(method, gateway, args);
        found.set(name, [...(found.get(name) ?? []), run]);
      }
    }
    return found;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
