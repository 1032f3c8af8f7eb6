import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { AnswerRequest } from '../changes/answer-request.js';
import { ListRequests } from '../read/list-requests.js';

/** The REST routes of requests to be added. */
@Controller()
export class RequestsController {
  constructor(
    private readonly listRequests: ListRequests,
    private readonly answerRequest: AnswerRequest,
  ) {}

  @Endpoint('request.list')
  list(@CurrentCaller() { userId }: Caller, @Input() { query }: RouteInput<'request.list'>): Promise<RouteOutput<'request.list'>> {
    return this.listRequests.execute(userId, query);
  }

  @Endpoint('request.accept')
  accept(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'request.accept'>): Promise<RouteOutput<'request.accept'>> {
    return this.answerRequest.acceptRequest(userId, params.conversationId);
  }

  @Endpoint('request.decline')
  decline(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'request.decline'>,
  ): Promise<RouteOutput<'request.decline'>> {
    return this.answerRequest.declineRequest(userId, params.conversationId);
  }
}
