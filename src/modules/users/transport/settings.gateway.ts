import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import { UserSettings } from '../user-settings.js';

/** The socket commands of settings: the same use cases as over REST. */
@WebSocketGateway()
export class SettingsGateway {
  constructor(private readonly settings: UserSettings) {}

  @Command('settings.get')
  async get({ userId }: Caller): Promise<CommandData<'settings.get'>> {
    return this.settings.findSettings(userId);
  }

  @Command('settings.patch')
  patch({ userId }: Caller, input: CommandInput<'settings.patch'>): Promise<CommandData<'settings.patch'>> {
    return this.settings.patchSettings(userId, input);
  }
}
