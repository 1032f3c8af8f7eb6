import type { CommandSpec } from '#contracts/commands.js';
import type { ErrorCode } from '#contracts/errors.js';
import type { EventSpec } from '#contracts/events.js';
import { AckError } from '#contracts/failures.js';
import { commonErrors } from '#contracts/routes.js';
import type { ContractSchemas } from './contract-schemas.js';

/** Every code a command's ack can carry: its own and those of every command. */
export function errorsOfCommand(command: CommandSpec): ErrorCode[] {
  return [...new Set([...(command.errors ?? []), ...commonErrors])];
}

/** A command and its ack as two AsyncAPI messages, `<name>` and `<name>.ack`. */
export function commandMessages(name: string, command: CommandSpec, schemas: ContractSchemas): [string, unknown][] {
  const { summary, description, input, example } = command;
  return [
    [name, { name, title: name, summary, description, payload: schemas.write(input, 'input'), examples: [{ payload: example.input }] }],
    [
      `${name}.ack`,
      {
        name: `${name}.ack`,
        title: `Ack of ${name}`,
        payload: ackSchema(command, schemas),
        examples: [{ payload: { ok: true, data: example.data } }],
        'x-errors': errorsOfCommand(command),
      },
    ],
  ];
}

function ackSchema(command: CommandSpec, schemas: ContractSchemas): unknown {
  const data = schemas.write(command.data, 'output');
  const error = schemas.write(AckError, 'output');
  return {
    oneOf: [
      { type: 'object', required: ['ok', 'data'], properties: { ok: { type: 'boolean', const: true }, data } },
      { type: 'object', required: ['ok', 'error'], properties: { ok: { type: 'boolean', const: false }, error } },
    ],
  };
}

/** The server receives the command and answers in the acknowledgement of the same packet. */
export function commandOperation(name: string, command: CommandSpec): unknown {
  const channel = `#/channels/${name}`;
  return {
    action: 'receive',
    channel: { $ref: channel },
    summary: command.summary,
    description: command.description,
    messages: [{ $ref: `${channel}/messages/${name}` }],
    reply: { channel: { $ref: channel }, messages: [{ $ref: `${channel}/messages/${name}.ack` }] },
  };
}

/** An event as an AsyncAPI message. */
export function eventMessage(name: string, event: EventSpec, schemas: ContractSchemas): [string, unknown] {
  const { summary, description, payload, example } = event;
  return [name, { name, title: name, summary, description, payload: schemas.write(payload, 'output'), examples: [{ payload: example }] }];
}

/** The server sends the event. */
export function eventOperation(name: string, event: EventSpec): unknown {
  const channel = `#/channels/${name}`;
  return {
    action: 'send',
    channel: { $ref: channel },
    summary: event.summary,
    description: `${event.description}\n\nSent to ${event.to}.`,
    messages: [{ $ref: `${channel}/messages/${name}` }],
  };
}
