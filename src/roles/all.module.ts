import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformParts } from '#platform/platform.module.js';
import { apiParts, sharedParts, workerParts } from './parts.js';

/** Everything in one process. */
@Module({})
export class AllModule {
  static with(platform: PlatformParts): DynamicModule {
    return { module: AllModule, imports: [PlatformModule.with(platform), ...sharedParts, ...apiParts, ...workerParts] };
  }
}
