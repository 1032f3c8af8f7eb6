import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConversationLog } from '../../log/conversation-log.js';
import { RecheckConnections } from '../../realtime/recheck-connections.js';

/** Has every client synchronise when the log begins a new epoch: no revision of the former one means anything any more. */
@Injectable()
export class RecheckAfterEpoch implements OnModuleInit {
  constructor(
    private readonly log: ConversationLog,
    private readonly connections: RecheckConnections,
  ) {}

  onModuleInit(): void {
    this.log.onEpochChanged(() => this.connections.requestRecheck());
  }
}
