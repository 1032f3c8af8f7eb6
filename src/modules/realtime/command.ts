import { SubscribeMessage } from '@nestjs/websockets';
import type { CommandData, CommandInput, CommandName } from '#contracts/commands.js';
import type { JsonText } from '#platform/json-text.js';
import type { Caller } from '../../transport/caller.js';

/** The connection that a command came from: the third argument of its handler. */
export interface CommandContext {
  /** The socket's id, which `@OnConnected` methods get too. */
  readonly socketId: string;
}

type Answer<N extends CommandName> = CommandData<N> | JsonText<CommandData<N>>;
type Handler<N extends CommandName> = (caller: Caller, input: CommandInput<N>, context: CommandContext) => Answer<N> | Promise<Answer<N>>;

/**
 * `@SubscribeMessage` for a command of the contract: the method gets the caller and the parsed payload and returns the ack's `data`.
 * An error that it throws becomes the error ack. Its types are checked against the contract. Every command has exactly one handler, or the
 * server does not start.
 */
export function Command<N extends CommandName>(name: N) {
  const subscribe = SubscribeMessage(name);
  return <M extends Handler<N>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    subscribe(target, key, descriptor);
  };
}
