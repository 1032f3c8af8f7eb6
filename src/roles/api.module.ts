import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformParts } from '#platform/platform.module.js';
import { apiParts, sharedParts } from './parts.js';

/** REST and sockets, no jobs. */
@Module({})
export class ApiModule {
  static with(platform: PlatformParts): DynamicModule {
    return { module: ApiModule, imports: [PlatformModule.with(platform), ...sharedParts, ...apiParts] };
  }
}
