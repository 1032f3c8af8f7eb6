import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { MethodMarker } from './method-marker.js';

/** A provider's method that carries a decorator. */
export interface DecoratedMethod<M> {
  /** What the decorator was given. */
  readonly metadata: M;
  /** `Class.method`, for error texts and log lines. */
  readonly name: string;
  /** Calls the method on its provider. */
  readonly call: (...args: unknown[]) => unknown;
}

/** The part of Nest's `DiscoveryService` that is used, so that tests can list providers by hand. */
export interface ProviderSource {
  getProviders(): ReadonlyArray<{ readonly instance: unknown }>;
}

/**
 * Finds the decorated methods among all providers of the application. Complete from `onModuleInit` on: all providers exist then.
 * A class that two modules provide has two instances, and its methods are found twice.
 */
@Injectable()
export class DecoratedMethods {
  private readonly scanner = new MetadataScanner();

  constructor(@Inject(DiscoveryService) private readonly source: ProviderSource) {}

  /** The methods of these providers, where Nest does not make them. */
  static of(...providers: readonly object[]): DecoratedMethods {
    return new DecoratedMethods({ getProviders: () => providers.map((instance) => ({ instance })) });
  }

  /** The methods that carry the decorator, in the order in which Nest lists their providers. */
  findMethods<M>(marker: MethodMarker<M>): Array<DecoratedMethod<M>> {
    const instances = new Set(this.source.getProviders().map(({ instance }) => instance));
    return [...instances].flatMap((instance) => this.methodsOf(instance, marker));
  }

  private methodsOf<M>(instance: unknown, marker: MethodMarker<M>): Array<DecoratedMethod<M>> {
    if (typeof instance !== 'object' || instance === null) return [];
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((key) => {
      const method: unknown = Reflect.get(instance, key);
      const metadata = typeof method === 'function' ? marker.metadataOf(method) : undefined;
      if (typeof method !== 'function' || metadata === undefined) return [];
      const call: DecoratedMethod<M>['call'] = method.bind(instance);
      return [{ metadata, name: `${instance.constructor.name}.${key}`, call }];
    });
  }
}
