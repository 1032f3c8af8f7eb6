import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import type { MessageTarget } from '../changes/change-message.js';
import { DeleteMessage } from '../changes/delete-message.js';
import { EditMessage } from '../changes/edit-message.js';
import { PinMessage } from '../changes/pin-message.js';
import { React } from '../changes/react.js';

/** Changing messages over REST. */
@Controller()
export class MessageChangesController {
  constructor(
    private readonly editMessage: EditMessage,
    private readonly deleteMessage: DeleteMessage,
    private readonly react: React,
    private readonly pinMessage: PinMessage,
  ) {}

  @Endpoint('message.edit')
  edit(@Input() { params, body }: RouteInput<'message.edit'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'message.edit'>> {
    return this.editMessage.edit(target(caller, params), body.text);
  }

  @Endpoint('message.delete')
  delete(
    @Input() { params, query }: RouteInput<'message.delete'>,
    @CurrentCaller() caller: Caller,
  ): Promise<RouteOutput<'message.delete'>> {
    return query.scope === 'me' ? this.deleteMessage.forMe(target(caller, params)) : this.deleteMessage.forAll(target(caller, params));
  }

  @Endpoint('reaction.add')
  addReaction(@Input() { params }: RouteInput<'reaction.add'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'reaction.add'>> {
    return this.react.add(target(caller, params), params.emoji);
  }

  @Endpoint('reaction.remove')
  removeReaction(
    @Input() { params }: RouteInput<'reaction.remove'>,
    @CurrentCaller() caller: Caller,
  ): Promise<RouteOutput<'reaction.remove'>> {
    return this.react.remove(target(caller, params), params.emoji);
  }

  @Endpoint('pin.put')
  pin(@Input() { params }: RouteInput<'pin.put'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'pin.put'>> {
    return this.pinMessage.pin(target(caller, params));
  }

  @Endpoint('pin.delete')
  unpin(@Input() { params }: RouteInput<'pin.delete'>, @CurrentCaller() caller: Caller): Promise<RouteOutput<'pin.delete'>> {
    return this.pinMessage.unpin(target(caller, params));
  }
}

function target(caller: Caller, params: Pick<MessageTarget, 'conversationId' | 'seq'>): MessageTarget {
  return { userId: caller.userId, conversationId: params.conversationId, seq: params.seq };
}
