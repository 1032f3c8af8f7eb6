import { Module } from '@nestjs/common';
import { ExpireMessagesApplier } from './changes/expire-messages.js';

/** Stores the log entries of retention: in every role, because any process may find them pending. */
@Module({ providers: [ExpireMessagesApplier] })
export class RetentionAppliersModule {}
