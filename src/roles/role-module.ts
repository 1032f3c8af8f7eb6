import type { DynamicModule } from '@nestjs/common';
import type { Config } from '#platform/config/config.js';
import type { PlatformParts } from '#platform/platform.module.js';
import { AllModule } from './all.module.js';
import { ApiModule } from './api.module.js';
import { WorkerModule } from './worker.module.js';

const roleModules = { all: AllModule, api: ApiModule, worker: WorkerModule } as const satisfies Record<Config['role'], unknown>;

/** The composition root of the configured role. */
export function roleModule(platform: PlatformParts): DynamicModule {
  return roleModules[platform.config.role].with(platform);
}
