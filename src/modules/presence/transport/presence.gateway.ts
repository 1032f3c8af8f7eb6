import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Command, type CommandContext } from '../../realtime/command.js';
import { Rooms } from '../../realtime/rooms.js';
import { Presence } from '../presence.js';
import { WatchContacts } from '../watch/watch-contacts.js';
import { WatchList } from '../watch/watch-list.js';

/** The socket commands of presence. */
@WebSocketGateway()
export class PresenceGateway {
  constructor(
    private readonly presence: Presence,
    private readonly rooms: Rooms,
    private readonly contacts: WatchContacts,
    private readonly watched: WatchList,
  ) {}

  @Command('presence.set')
  set(caller: Caller, { status, text }: CommandInput<'presence.set'>, { socketId }: CommandContext): Promise<CommandData<'presence.set'>> {
    return this.presence.setDevice(caller.userId, socketId, { status, text: text === '' ? null : text });
  }

  @Command('presence.watch')
  async watch(
    { userId }: Caller,
    input: CommandInput<'presence.watch'>,
    { socketId }: CommandContext,
  ): Promise<CommandData<'presence.watch'>> {
    return { items: await this.contacts.watchUsers(userId, socketId, [...new Set(input.userIds)]) };
  }

  @Command('presence.unwatch')
  unwatch(_caller: Caller, { userIds }: CommandInput<'presence.unwatch'>, { socketId }: CommandContext): CommandData<'presence.unwatch'> {
    this.watched.unwatchUsers(socketId, userIds);
    this.rooms.unwatchPresence(socketId, userIds);
    return {};
  }
}
