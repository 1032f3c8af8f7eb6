import { Module } from '@nestjs/common';
import { SessionCleanup } from './session-cleanup.js';

/** What workers need of sessions: their regular clean-up. */
@Module({ providers: [SessionCleanup], exports: [SessionCleanup] })
export class SessionMaintenanceModule {}
