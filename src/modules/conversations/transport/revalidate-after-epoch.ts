import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConversationLog } from '../../log/conversation-log.js';
import { RevalidateConnections } from '../../realtime/revalidate-connections.js';

/** Has every client synchronise when the log begins a new epoch: no revision of the former one means anything any more. */
@Injectable()
export class RevalidateAfterEpoch implements OnModuleInit {
  constructor(
    private readonly log: ConversationLog,
    private readonly connections: RevalidateConnections,
  ) {}

  onModuleInit(): void {
    this.log.onEpochChanged(() => this.connections.requestRevalidation());
  }
}
