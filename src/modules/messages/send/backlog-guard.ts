import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Every } from '#platform/timers/every.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { GroupCommit } from '../../log/group-commit.js';

const checkIntervalMs = 1000;

/** Refuses sends while the log's backlog is at its limit: the log has to have room for everything that is acknowledged. */
@Injectable()
export class BacklogGuard {
  private readonly logger = new Logger(BacklogGuard.name);
  private isFull = false;

  constructor(
    private readonly log: ConversationLog,
    private readonly groupCommit: GroupCommit,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Every(checkIntervalMs)
  async checkBacklog(): Promise<void> {
    try {
      const { entries } = await this.log.backlog();
      const isFull = entries >= this.config.backlogEntriesMax;
      if (isFull !== this.isFull) this.logger.warn({ entries, isFull }, 'the backlog limit was crossed');
      this.isFull = isFull;
      this.groupCommit.setFull(isFull);
    } catch (error) {
      this.logger.debug({ err: error }, 'the backlog could not be read');
    }
  }
}
