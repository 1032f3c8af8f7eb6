import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { DeleteMessage } from '../changes/delete-message.js';
import { EditMessage } from '../changes/edit-message.js';
import { PinMessage } from '../changes/pin-message.js';
import { React } from '../changes/react.js';
import { SaveMessage } from '../changes/save-message.js';
import { ListSavedMessages } from '../read/list-saved-messages.js';

/** Changing messages over REST. */
@Controller()
export class MessageChangesController {
  constructor(
    private readonly editMessage: EditMessage,
    private readonly deleteMessage: DeleteMessage,
    private readonly react: React,
    private readonly pinMessage: PinMessage,
    private readonly saveMessage: SaveMessage,
    private readonly listSavedMessages: ListSavedMessages,
  ) {}

  @Endpoint('message.edit')
  edit(@CurrentCaller() caller: Caller, @Input() { params, body }: RouteInput<'message.edit'>): Promise<RouteOutput<'message.edit'>> {
    return this.editMessage.execute(caller.userId, params, body.text);
  }

  @Endpoint('message.delete')
  delete(
    @CurrentCaller() caller: Caller,
    @Input() { params, query }: RouteInput<'message.delete'>,
  ): Promise<RouteOutput<'message.delete'>> {
    return this.deleteMessage.execute(caller.userId, params, query.scope);
  }

  @Endpoint('reaction.add')
  addReaction(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'reaction.add'>): Promise<RouteOutput<'reaction.add'>> {
    return this.react.addReaction(caller.userId, params, params.emoji);
  }

  @Endpoint('reaction.remove')
  removeReaction(
    @CurrentCaller() caller: Caller,
    @Input() { params }: RouteInput<'reaction.remove'>,
  ): Promise<RouteOutput<'reaction.remove'>> {
    return this.react.removeReaction(caller.userId, params, params.emoji);
  }

  @Endpoint('pin.put')
  pin(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'pin.put'>): Promise<RouteOutput<'pin.put'>> {
    return this.pinMessage.pin(caller.userId, params);
  }

  @Endpoint('pin.delete')
  unpin(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'pin.delete'>): Promise<RouteOutput<'pin.delete'>> {
    return this.pinMessage.unpin(caller.userId, params);
  }

  @Endpoint('message.save')
  save(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'message.save'>): Promise<RouteOutput<'message.save'>> {
    return this.saveMessage.saveMessage(caller.userId, params);
  }

  @Endpoint('message.unsave')
  unsave(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'message.unsave'>): Promise<RouteOutput<'message.unsave'>> {
    return this.saveMessage.unsaveMessage(caller.userId, params);
  }

  @Endpoint('saved.list')
  listSaved(@CurrentCaller() caller: Caller, @Input() { query }: RouteInput<'saved.list'>): Promise<RouteOutput<'saved.list'>> {
    return this.listSavedMessages.execute(caller.userId, query);
  }
}
