import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { AdvanceCursors } from '../changes/advance-cursors.js';
import { FindMessageReceipts } from '../read/find-message-receipts.js';

/** Receipts over REST. */
@Controller()
export class ReceiptsController {
  constructor(
    private readonly cursors: AdvanceCursors,
    private readonly receipts: FindMessageReceipts,
  ) {}

  @Endpoint('receipt.put')
  advance(@CurrentCaller() caller: Caller, @Input() { params, body }: RouteInput<'receipt.put'>): Promise<RouteOutput<'receipt.put'>> {
    return this.cursors.advance(caller.userId, params.conversationId, body);
  }

  @Endpoint('message.receipts')
  list(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'message.receipts'>): Promise<RouteOutput<'message.receipts'>> {
    return this.receipts.execute(caller.userId, params.conversationId, params.seq);
  }
}
