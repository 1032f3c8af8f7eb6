import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { AdvanceCursors } from '../changes/advance-cursors.js';
import { MessageReceiptsReader } from '../read/find-message-receipts.js';

/** Receipts over REST. */
@Controller()
export class ReceiptsController {
  constructor(
    private readonly cursors: AdvanceCursors,
    private readonly receipts: MessageReceiptsReader,
  ) {}

  @Endpoint('receipt.put')
  advance(@Input() { params, body }: RouteInput<'receipt.put'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'receipt.put'>> {
    return this.cursors.advance(caller.userId, params.conversationId, body);
  }

  @Endpoint('message.receipts')
  list(@Input() { params }: RouteInput<'message.receipts'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'message.receipts'>> {
    return this.receipts.of(caller.userId, params.conversationId, params.seq);
  }
}
