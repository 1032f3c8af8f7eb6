import { Module } from '@nestjs/common';
import { MessageAppliers } from './changes/message-appliers.js';

/** How this module's entries are persisted: every role needs it, the one that serves people and the one that works on jobs. */
@Module({ providers: [MessageAppliers] })
export class MessageAppliersModule {}
