import { SetMetadata } from '@nestjs/common';
import type { CommandData, CommandInput, CommandName } from '#contracts/commands.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../transport/caller.js';

const commandKey = 'parley:command';

/** What a handler may know of the connection a command came from, as its third argument. */
export interface CommandContext {
  /** Names the socket, as `ConnectionHooks.onConnected` gave it. */
  readonly socketId: string;
}

type Answer<N extends CommandName> = CommandData<N> | JsonText<CommandData<N>>;
type Handler<N extends CommandName> = (caller: Caller, input: CommandInput<N>, context: CommandContext) => Answer<N> | Promise<Answer<N>>;

/**
 * Binds a method to a socket command of the contract: it gets the parsed payload and answers the ack's `data`; what it throws
 * becomes the error ack. Its types are checked against the contract. Every command has exactly one handler, or the server does not start.
 */
export function Command<N extends CommandName>(name: N) {
  return <M extends Handler<N>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    SetMetadata(commandKey, name)(target, key, descriptor);
  };
}

/** The command a method is bound to, if any. */
export function commandOf(method: object): CommandName | undefined {
  return Reflect.getMetadata(commandKey, method);
}
