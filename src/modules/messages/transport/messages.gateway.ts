import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import { DeleteMessage } from '../changes/delete-message.js';
import { EditMessage } from '../changes/edit-message.js';
import { React } from '../changes/react.js';
import { SaveMessage } from '../changes/save-message.js';
import { ReadHistory } from '../read/read-history.js';
import { SendMessage } from '../send/send-message.js';

/** Sending, reading and changing messages over sockets, with the same use cases as REST. */
@WebSocketGateway()
export class MessagesGateway {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly editMessage: EditMessage,
    private readonly deleteMessage: DeleteMessage,
    private readonly react: React,
    private readonly saveMessage: SaveMessage,
    private readonly readHistory: ReadHistory,
  ) {}

  @Command('message.send')
  send(caller: Caller, input: CommandInput<'message.send'>): Promise<JsonText<CommandData<'message.send'>>> {
    return this.sendMessage.sendOne(caller.userId, input.conversationId, input).then((sent) => sent.message);
  }

  @Command('message.edit')
  edit(caller: Caller, input: CommandInput<'message.edit'>): Promise<CommandData<'message.edit'>> {
    return this.editMessage.execute(caller.userId, input, input.text);
  }

  @Command('message.delete')
  delete(caller: Caller, input: CommandInput<'message.delete'>): Promise<CommandData<'message.delete'>> {
    return this.deleteMessage.execute(caller.userId, input, input.scope);
  }

  @Command('reaction.add')
  addReaction(caller: Caller, input: CommandInput<'reaction.add'>): Promise<CommandData<'reaction.add'>> {
    return this.react.addReaction(caller.userId, input, input.emoji);
  }

  @Command('reaction.remove')
  removeReaction(caller: Caller, input: CommandInput<'reaction.remove'>): Promise<CommandData<'reaction.remove'>> {
    return this.react.removeReaction(caller.userId, input, input.emoji);
  }

  @Command('message.save')
  save(caller: Caller, input: CommandInput<'message.save'>): Promise<CommandData<'message.save'>> {
    return this.saveMessage.saveMessage(caller.userId, input);
  }

  @Command('message.unsave')
  async unsave(caller: Caller, input: CommandInput<'message.unsave'>): Promise<CommandData<'message.unsave'>> {
    await this.saveMessage.unsaveMessage(caller.userId, input);
    return {};
  }

  @Command('history.page')
  page(caller: Caller, { conversationId, ...query }: CommandInput<'history.page'>): Promise<CommandData<'history.page'>> {
    return this.readHistory.execute(caller.userId, conversationId, query);
  }
}
