import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DecoratedMethods } from '../discovery/decorated-methods.js';
import { MethodMarker } from '../discovery/method-marker.js';
import { Signals, type Topic } from './signals.js';

const onSignal = new MethodMarker<Topic<unknown>>('OnSignal');
const onSignalGap = new MethodMarker<true>('OnSignalGap');

/** Calls a provider's method with the payload of each signal of the topic. The method must not throw. */
export function OnSignal<T>(from: Topic<T>) {
  return onSignal.mark<(payload: T) => void>(from);
}

/** Calls a provider's method when signals may have been missed: whatever it caches by signal must be dropped. */
export function OnSignalGap() {
  return onSignalGap.mark<() => void>(true);
}

/** Subscribes the `@OnSignal` and `@OnSignalGap` methods of all providers. */
@Injectable()
export class SignalListeners implements OnModuleInit {
  constructor(
    private readonly signals: Signals,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    for (const { metadata, call } of this.methods.findMethods(onSignal)) this.signals.subscribe(metadata, call);
    for (const { call } of this.methods.findMethods(onSignalGap)) this.signals.onGap(call);
  }
}
