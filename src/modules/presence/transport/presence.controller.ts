import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { FindOnline } from '../read/find-online.js';

/** Presence over REST. */
@Controller()
export class PresenceController {
  constructor(private readonly findOnline: FindOnline) {}

  @Endpoint('user.online')
  online(@CurrentCaller() caller: Caller, @Input() { query }: RouteInput<'user.online'>): Promise<RouteOutput<'user.online'>> {
    return this.findOnline.execute(caller.userId, query);
  }
}
