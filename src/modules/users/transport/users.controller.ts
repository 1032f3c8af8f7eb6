import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { Blocks } from '../blocks.js';
import { UserSettings } from '../user-settings.js';
import { Users } from '../users.js';

/** REST routes of users. */
@Controller()
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly blocks: Blocks,
    private readonly settings: UserSettings,
  ) {}

  @Endpoint('user.me')
  me(@CurrentCaller() caller: Caller): Promise<RouteOutput<'user.me'>> {
    return this.users.requireUser(caller.userId);
  }

  @Endpoint('user.patchMe')
  patchMe(@CurrentCaller() caller: Caller, @Input() { body }: RouteInput<'user.patchMe'>): Promise<RouteOutput<'user.patchMe'>> {
    return this.users.patchProfile(caller.userId, body);
  }

  @Endpoint('settings.get')
  async getSettings(@CurrentCaller() caller: Caller): Promise<RouteOutput<'settings.get'>> {
    return this.settings.findSettings(caller.userId);
  }

  @Endpoint('settings.patch')
  patchSettings(@CurrentCaller() caller: Caller, @Input() { body }: RouteInput<'settings.patch'>): Promise<RouteOutput<'settings.patch'>> {
    return this.settings.patchSettings(caller.userId, body);
  }

  @Endpoint('user.search')
  search(@Input() { query }: RouteInput<'user.search'>): Promise<RouteOutput<'user.search'>> {
    return this.users.searchUsers(query.query, query);
  }

  @Endpoint('user.get')
  get(@Input() { params }: RouteInput<'user.get'>): Promise<RouteOutput<'user.get'>> {
    return this.users.requireUser(params.userId);
  }

  @Endpoint('user.block')
  block(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'user.block'>): Promise<RouteOutput<'user.block'>> {
    return this.blocks.blockUser(caller.userId, params.userId);
  }

  @Endpoint('user.unblock')
  unblock(@CurrentCaller() caller: Caller, @Input() { params }: RouteInput<'user.unblock'>): Promise<RouteOutput<'user.unblock'>> {
    return this.blocks.unblockUser(caller.userId, params.userId);
  }
}
