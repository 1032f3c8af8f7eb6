import { Module, type DynamicModule } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { LogModule } from '../modules/log/log.module.js';
import { UnreadAudit } from '../modules/receipts/unread-audit.js';
import { PlatformModule, type PlatformParts } from '#platform/platform.module.js';

/** What the maintenance commands need: the stores, no door and no jobs. */
@Module({})
export class MaintenanceModule {
  static with(platform: PlatformParts): DynamicModule {
    return { module: MaintenanceModule, imports: [PlatformModule.with(platform), DatabaseModule, LogModule], providers: [UnreadAudit] };
  }
}
