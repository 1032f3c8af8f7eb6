import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Signals } from '../../platform/signals.js';
import { CursorStore } from './cursor-store.js';
import { receiptsPersisted } from './receipt-signals.js';

/** Lets the store of moved cursors forget what storage has. */
@Injectable()
export class ForgetPersisted implements OnModuleInit {
  constructor(
    private readonly signals: Signals,
    private readonly store: CursorStore,
  ) {}

  onModuleInit(): void {
    this.signals.subscribe(receiptsPersisted, (advances) => this.store.persisted(advances));
  }
}
