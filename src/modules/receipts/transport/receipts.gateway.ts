import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import { AdvanceCursors } from '../changes/advance-cursors.js';

/** The socket commands of receipts: the same use cases as over REST. */
@WebSocketGateway()
export class ReceiptsGateway {
  constructor(private readonly cursors: AdvanceCursors) {}

  @Command('receipt.advance')
  advance(caller: Caller, { conversationId, ...wanted }: CommandInput<'receipt.advance'>): Promise<CommandData<'receipt.advance'>> {
    return this.cursors.advance(caller.userId, conversationId, wanted);
  }
}
