import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import type { MessageTarget } from '../changes/change-message.js';
import { DeleteMessage } from '../changes/delete-message.js';
import { EditMessage } from '../changes/edit-message.js';
import { React } from '../changes/react.js';
import { HistoryPages } from '../read/history-pages.js';
import { SendMessage } from '../send/send-message.js';

/** Messages over sockets: the same use cases as over REST. */
@WebSocketGateway()
export class MessagesGateway {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly editMessage: EditMessage,
    private readonly deleteMessage: DeleteMessage,
    private readonly react: React,
    private readonly history: HistoryPages,
  ) {}

  @Command('message.send')
  send(caller: Caller, input: CommandInput<'message.send'>): Promise<JsonText<CommandData<'message.send'>>> {
    return this.sendMessage.one(caller.userId, input.conversationId, input).then((sent) => sent.message);
  }

  @Command('message.edit')
  edit(caller: Caller, input: CommandInput<'message.edit'>): Promise<CommandData<'message.edit'>> {
    return this.editMessage.edit(target(caller, input), input.text);
  }

  @Command('message.delete')
  delete(caller: Caller, input: CommandInput<'message.delete'>): Promise<CommandData<'message.delete'>> {
    return input.scope === 'me' ? this.deleteMessage.forMe(target(caller, input)) : this.deleteMessage.forAll(target(caller, input));
  }

  @Command('reaction.add')
  addReaction(caller: Caller, input: CommandInput<'reaction.add'>): Promise<CommandData<'reaction.add'>> {
    return this.react.add(target(caller, input), input.emoji);
  }

  @Command('reaction.remove')
  removeReaction(caller: Caller, input: CommandInput<'reaction.remove'>): Promise<CommandData<'reaction.remove'>> {
    return this.react.remove(target(caller, input), input.emoji);
  }

  @Command('history.page')
  page(caller: Caller, { conversationId, ...query }: CommandInput<'history.page'>): Promise<CommandData<'history.page'>> {
    return this.history.page(caller.userId, conversationId, query);
  }
}

function target(caller: Caller, input: Pick<MessageTarget, 'conversationId' | 'seq'>): MessageTarget {
  return { userId: caller.userId, conversationId: input.conversationId, seq: input.seq };
}
