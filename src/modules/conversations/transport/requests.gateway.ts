import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import { AnswerRequest } from '../changes/answer-request.js';
import { ListRequests } from '../read/list-requests.js';

/** The socket commands of requests to be added: the same use cases as over REST. */
@WebSocketGateway()
export class RequestsGateway {
  constructor(
    private readonly listRequests: ListRequests,
    private readonly answerRequest: AnswerRequest,
  ) {}

  @Command('request.list')
  list({ userId }: Caller, input: CommandInput<'request.list'>): Promise<CommandData<'request.list'>> {
    return this.listRequests.execute(userId, input);
  }

  @Command('request.accept')
  accept({ userId }: Caller, { conversationId }: CommandInput<'request.accept'>): Promise<CommandData<'request.accept'>> {
    return this.answerRequest.acceptRequest(userId, conversationId);
  }

  @Command('request.decline')
  async decline({ userId }: Caller, { conversationId }: CommandInput<'request.decline'>): Promise<CommandData<'request.decline'>> {
    await this.answerRequest.declineRequest(userId, conversationId);
    return {};
  }
}
