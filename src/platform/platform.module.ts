import { Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, type Config } from './config/config.js';
import { MemorySignals, Signals } from './signals.js';
import { ShutdownState } from './shutdown.js';

/** What exists before the application does. */
export interface PlatformParts {
  readonly config: Config;
  readonly shutdown: ShutdownState;
}

/** For every module: `CONFIG`, `Signals` and `ShutdownState`. */
@Module({})
export class PlatformModule {
  static with({ config, shutdown }: PlatformParts): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ShutdownState, useValue: shutdown },
        { provide: Signals, useClass: MemorySignals },
      ],
      exports: [CONFIG, ShutdownState, Signals],
    };
  }
}
