import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClientId } from '#contracts/primitives.js';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import { AppError } from '#platform/errors/app-error.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input, Reply } from '../../../transport/handler-arguments.js';
import { ReadHistory } from '../read/read-history.js';
import { MessageLists } from '../read/message-lists.js';
import { SearchMessages } from '../read/search-messages.js';
import { SendMessage } from '../send/send-message.js';

/** Sending and reading messages over REST. */
@Controller()
export class MessagesController {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly readHistory: ReadHistory,
    private readonly lists: MessageLists,
    private readonly searchMessages: SearchMessages,
  ) {}

  @Endpoint('message.send')
  async send(
    @CurrentCaller() caller: Caller,
    @Input() input: RouteInput<'message.send'>,
    @Reply() reply: FastifyReply,
  ): Promise<JsonText<RouteOutput<'message.send'>>> {
    const clientId = input.body.clientId ?? idempotencyKey(reply.request.headers['idempotency-key']);
    const { message, replayed } = await this.sendMessage.sendOne(caller.userId, input.params.conversationId, { ...input.body, clientId });
    if (replayed) reply.status(200).header('Idempotent-Replayed', 'true');
    return message;
  }

  @Endpoint('message.sendBatch')
  async sendBatch(
    @CurrentCaller() caller: Caller,
    @Input() input: RouteInput<'message.sendBatch'>,
  ): Promise<RouteOutput<'message.sendBatch'>> {
    refuseRepeatedIds(input.body.messages);
    const sent = await this.sendMessage.sendBatch(caller.userId, input.params.conversationId, input.body.messages);
    return { items: sent.map(({ message }) => message.value) };
  }

  @Endpoint('message.history')
  page(
    @CurrentCaller() caller: Caller,
    @Input() { params, query }: RouteInput<'message.history'>,
  ): Promise<RouteOutput<'message.history'>> {
    return this.readHistory.execute(caller.userId, params.conversationId, query);
  }

  @Endpoint('message.get')
  get(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'message.get'>): Promise<RouteOutput<'message.get'>> {
    return this.lists.getMessage(caller.userId, params.conversationId, params.seq);
  }

  @Endpoint('message.replies')
  replies(
    @CurrentCaller() caller: Caller,
    @Input() { params, query }: RouteInput<'message.replies'>,
  ): Promise<RouteOutput<'message.replies'>> {
    return this.lists.listReplies(caller.userId, params.conversationId, params.seq, query);
  }

  @Endpoint('message.edits')
  edits(@CurrentCaller() caller: Caller, @Input() { params, query }: RouteInput<'message.edits'>): Promise<RouteOutput<'message.edits'>> {
    return this.lists.listEdits(caller.userId, params.conversationId, params.seq, query);
  }

  @Endpoint('pin.list')
  pins(@CurrentCaller() caller: Caller, @Input() { params, query }: RouteInput<'pin.list'>): Promise<RouteOutput<'pin.list'>> {
    return this.lists.listPins(caller.userId, params.conversationId, query);
  }

  @Endpoint('message.search')
  search(@CurrentCaller() caller: Caller, @Input() { query }: RouteInput<'message.search'>): Promise<RouteOutput<'message.search'>> {
    return this.searchMessages.execute(caller.userId, query);
  }
}

/** The `Idempotency-Key` header serves as the client id. A key that is not a UUID is refused, not ignored. */
function idempotencyKey(header: string | string[] | undefined): ClientId | undefined {
  if (header === undefined) return undefined;
  const parsed = ClientId.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new AppError('validation.failed', { errors: [{ path: 'Idempotency-Key', message: 'must be a UUID' }] });
}

/** Two messages of a batch with the same client id would become one message. */
function refuseRepeatedIds(messages: RouteInput<'message.sendBatch'>['body']['messages']): void {
  const seen = new Set<string>();
  for (const [index, { clientId }] of messages.entries()) {
    if (clientId === undefined) continue;
    if (seen.has(clientId))
      throw new AppError('validation.failed', { errors: [{ path: `messages.${index}.clientId`, message: 'stands twice in the batch' }] });
    seen.add(clientId);
  }
}
