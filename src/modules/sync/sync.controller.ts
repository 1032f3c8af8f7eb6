import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../transport/caller.js';
import { Endpoint } from '../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../transport/handler-arguments.js';
import { SyncConversations } from './sync-conversations.js';

/** Catch-up over REST. */
@Controller()
export class SyncController {
  constructor(private readonly syncConversations: SyncConversations) {}

  @Endpoint('sync.post')
  sync(@CurrentCaller() caller: Caller, @Input() { body }: RouteInput<'sync.post'>): Promise<RouteOutput<'sync.post'>> {
    return this.syncConversations.execute(caller.userId, body);
  }
}
