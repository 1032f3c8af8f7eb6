import { Module } from '@nestjs/common';
import { ApplyChanges } from './infra/apply-changes.js';

/** What a worker needs of conversations: how their entries are persisted. */
@Module({ providers: [ApplyChanges] })
export class ConversationsWorkerModule {}
