import { Module } from '@nestjs/common';
import { DeleteMessageApplier } from './changes/delete-message.js';
import { EditMessageApplier } from './changes/edit-message.js';
import { PinMessageApplier } from './changes/pin-message.js';
import { ReactApplier } from './changes/react.js';
import { CreatedMessagesApplier } from './send/created-messages-applier.js';

/** Brings the log entries of messages into storage. Every role needs it: API processes apply entries before a change, workers all others. */
@Module({ providers: [CreatedMessagesApplier, EditMessageApplier, DeleteMessageApplier, ReactApplier, PinMessageApplier] })
export class MessageAppliersModule {}
