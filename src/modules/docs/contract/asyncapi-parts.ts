import type { CommandSpec } from '#contracts/commands.js';
import type { ErrorCode } from '#contracts/errors.js';
import type { EventSpec } from '#contracts/events.js';
import { commonErrors } from '#contracts/routes.js';
import { schemaPointer, type ContractSchemas } from './contract-schemas.js';

/** Every code a command's ack can carry: its own and those of any command. */
export function errorsOfCommand(command: CommandSpec): ErrorCode[] {
  return [...new Set([...(command.errors ?? []), ...commonErrors])];
}

/** A command and its ack as two AsyncAPI messages, `<name>` and `<name>.ack`. */
export function commandMessage(name: string, command: CommandSpec, schemas: ContractSchemas): [string, unknown][] {
  const data = schemas.of(command.data, 'output');
  const ack = {
    oneOf: [
      { type: 'object', required: ['ok', 'data'], properties: { ok: { type: 'boolean', const: true }, data } },
      {
        type: 'object',
        required: ['ok', 'error'],
        properties: { ok: { type: 'boolean', const: false }, error: { $ref: `${schemaPointer}AckError` } },
      },
    ],
  };
  return [
    [name, { name, title: name, summary: command.summary, payload: schemas.of(command.input, 'input') }],
    [`${name}.ack`, { name: `${name}.ack`, title: `Ack of ${name}`, payload: ack, 'x-errors': errorsOfCommand(command) }],
  ];
}

/** The server receives the command and answers through the acknowledgement of the same emit. */
export function commandOperation(name: string, command: CommandSpec): unknown {
  const channel = `#/channels/${name}`;
  return {
    action: 'receive',
    channel: { $ref: channel },
    summary: command.summary,
    messages: [{ $ref: `${channel}/messages/${name}` }],
    reply: { channel: { $ref: channel }, messages: [{ $ref: `${channel}/messages/${name}.ack` }] },
  };
}

/** An event as an AsyncAPI message. */
export function eventMessage(name: string, event: EventSpec, schemas: ContractSchemas): [string, unknown] {
  return [
    name,
    { name, title: name, summary: event.summary, description: `Sent to ${event.to}.`, payload: schemas.of(event.payload, 'output') },
  ];
}

/** The server sends the event. */
export function eventOperation(name: string, event: EventSpec): unknown {
  const channel = `#/channels/${name}`;
  return {
    action: 'send',
    channel: { $ref: channel },
    summary: event.summary,
    description: `To ${event.to}.`,
    messages: [{ $ref: `${channel}/messages/${name}` }],
  };
}
