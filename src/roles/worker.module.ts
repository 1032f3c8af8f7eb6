import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformParts } from '#platform/platform.module.js';
import { sharedParts, workerParts } from './parts.js';

/** Jobs, and health for whoever watches the process. */
@Module({})
export class WorkerModule {
  static with(platform: PlatformParts): DynamicModule {
    return { module: WorkerModule, imports: [PlatformModule.with(platform), ...sharedParts, ...workerParts] };
  }
}
