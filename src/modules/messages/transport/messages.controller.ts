import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClientId } from '#contracts/primitives.js';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import { AppError } from '#platform/errors/app-error.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input, Reply } from '../../../transport/handler-arguments.js';
import { HistoryPages } from '../read/history-pages.js';
import { MessageLists } from '../read/message-lists.js';
import { SendMessage } from '../send/send-message.js';

/** Sending and reading messages over REST. */
@Controller()
export class MessagesController {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly history: HistoryPages,
    private readonly lists: MessageLists,
  ) {}

  @Endpoint('message.send')
  async send(
    @Input() input: RouteInput<'message.send'>,
    @CurrentCaller() caller: Caller,
    @Reply() reply: FastifyReply,
  ): Promise<JsonText<RouteOutput<'message.send'>>> {
    const clientId = input.body.clientId ?? idempotencyKey(reply.request.headers['idempotency-key']);
    const { message, replayed } = await this.sendMessage.one(caller.userId, input.params.conversationId, { ...input.body, clientId });
    if (replayed) reply.status(200).header('Idempotent-Replayed', 'true');
    return message;
  }

  @Endpoint('message.sendBatch')
  async sendBatch(
    @Input() input: RouteInput<'message.sendBatch'>,
    @CurrentCaller() caller: Caller,
  ): Promise<RouteOutput<'message.sendBatch'>> {
    refuseRepeatedIds(input.body.messages);
    const sent = await this.sendMessage.many(caller.userId, input.params.conversationId, input.body.messages);
    return { items: sent.map(({ message }) => message.value) };
  }

  @Endpoint('message.history')
  page(
    @Input() { params, query }: RouteInput<'message.history'>,
    @CurrentCaller() caller: Caller,
  ): Promise<RouteOutput<'message.history'>> {
    return this.history.page(caller.userId, params.conversationId, query);
  }

  @Endpoint('message.get')
  get(@Input() { params }: RouteInput<'message.get'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'message.get'>> {
    return this.lists.one(caller.userId, params.conversationId, params.seq);
  }

  @Endpoint('message.replies')
  replies(
    @Input() { params, query }: RouteInput<'message.replies'>,
    @CurrentCaller() caller: Caller,
  ): Promise<RouteOutput<'message.replies'>> {
    return this.lists.replies(caller.userId, params.conversationId, params.seq, query);
  }

  @Endpoint('message.edits')
  edits(@Input() { params, query }: RouteInput<'message.edits'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'message.edits'>> {
    return this.lists.edits(caller.userId, params.conversationId, params.seq, query);
  }

  @Endpoint('pin.list')
  pins(@Input() { params, query }: RouteInput<'pin.list'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'pin.list'>> {
    return this.lists.pins(caller.userId, params.conversationId, query);
  }

  @Endpoint('message.search')
  search(@Input() { query }: RouteInput<'message.search'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'message.search'>> {
    return this.lists.search(caller.userId, query);
  }
}

/** `Idempotency-Key` serves as the client id; one that is no UUID is refused rather than ignored. */
function idempotencyKey(header: string | string[] | undefined): ClientId | undefined {
  if (header === undefined) return undefined;
  const parsed = ClientId.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new AppError('validation.failed', { errors: [{ path: 'Idempotency-Key', message: 'must be a lower-case UUID' }] });
}

/** Two messages of one batch under one client id would be one message. */
function refuseRepeatedIds(messages: RouteInput<'message.sendBatch'>['body']['messages']): void {
  const seen = new Set<string>();
  for (const [index, { clientId }] of messages.entries()) {
    if (clientId === undefined) continue;
    if (seen.has(clientId))
      throw new AppError('validation.failed', { errors: [{ path: `messages.${index}.clientId`, message: 'stands twice in the batch' }] });
    seen.add(clientId);
  }
}
