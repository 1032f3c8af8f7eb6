import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { Input } from '../../../transport/handler-arguments.js';
import { DeletedConversations } from '../../conversations/deleted-conversations.js';
import { QueueProducer } from '../../queues/queue-producer.js';
import { RetentionRuns } from '../retention-runs.js';

/** Routes of operators about retention and deleted conversations. */
@Controller()
export class RetentionRunsController {
  constructor(
    private readonly runs: RetentionRuns,
    private readonly producer: QueueProducer,
    private readonly deletedConversations: DeletedConversations,
  ) {}

  @Endpoint('admin.startRetention')
  async start(@Input() { body }: RouteInput<'admin.startRetention'>): Promise<RouteOutput<'admin.startRetention'>> {
    const run = await this.runs.requestRun(body.dryRun ?? false);
    await this.producer.add('maintenance', 'retention', { task: 'retention' });
    return run;
  }

  @Endpoint('admin.retentionRuns')
  list(@Input() { query }: RouteInput<'admin.retentionRuns'>): Promise<RouteOutput<'admin.retentionRuns'>> {
    return this.runs.listRuns(query);
  }

  @Endpoint('admin.deletedConversations')
  listDeleted(@Input() { query }: RouteInput<'admin.deletedConversations'>): Promise<RouteOutput<'admin.deletedConversations'>> {
    return this.deletedConversations.listDeleted(query);
  }

  @Endpoint('admin.restoreConversation')
  restore(@Input() { params }: RouteInput<'admin.restoreConversation'>): Promise<RouteOutput<'admin.restoreConversation'>> {
    return this.deletedConversations.restoreConversation(params.conversationId);
  }
}
