import { stringify } from 'yaml';
import { commands, type CommandSpec } from '#contracts/commands.js';
import { errorCatalogue } from '#contracts/errors.js';
import { events, type EventSpec } from '#contracts/events.js';
import { commandMessages, commandOperation, eventMessage, eventOperation } from './contract/asyncapi-parts.js';
import { ContractSchemas, contractVersion, type JsonSchema } from './contract/contract-schemas.js';

/** The whole socket contract as an AsyncAPI 3.0.0 document, in plain JSON. */
export interface AsyncapiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly defaultContentType: string;
  readonly servers: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, unknown>>;
  readonly components: {
    readonly messages: Readonly<Record<string, unknown>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const description = [
  'The Socket.IO interface of Parley: default namespace, path `/socket.io`, `auth: { token: <access token> }`.',
  'An invalid token fails the handshake: `connect_error` with `data: { code }`, before any event.',
  'Each channel is named after a command or an event. Every command takes one object and is always acked, with `{ ok: true, data }` or `{ ok: false, error }`.',
  'Order the events of a conversation by `rev`. After a gap, call `conversation.sync`.',
].join('\n\n');

/** Writes the AsyncAPI document from the contract's tables. The same contract always gives the same bytes. */
export function asyncapiDocument(): AsyncapiDocument {
  const schemas = new ContractSchemas('draft-7');
  const messages = messagesOf(schemas);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Parley events', version: contractVersion, description, license: { name: 'MIT' }, 'x-error-codes': errorCatalogue },
    defaultContentType: 'application/json',
    servers: { parley: server },
    channels: channels(),
    operations: operations(),
    components: { messages, schemas: schemas.components(), securitySchemes },
  };
}

/** The document in YAML, as it is committed and served. */
export function asyncapiYaml(): string {
  return stringify(asyncapiDocument(), { lineWidth: 0, aliasDuplicateObjects: false });
}

const allCommands = Object.entries<CommandSpec>(commands);
const allEvents = Object.entries<EventSpec>(events);

function channels(): Record<string, unknown> {
  return Object.fromEntries([
    ...allCommands.map(([name, command]) => [name, channel(name, command.summary, [name, `${name}.ack`])]),
    ...allEvents.map(([name, event]) => [name, channel(name, event.summary, [name])]),
  ]);
}

function channel(name: string, summary: string, messages: readonly string[]): Record<string, unknown> {
  return {
    address: name,
    summary,
    messages: Object.fromEntries(messages.map((message) => [message, { $ref: `#/components/messages/${message}` }])),
  };
}

function operations(): Record<string, unknown> {
  return Object.fromEntries([
    ...allCommands.map(([name, command]) => [`receive.${name}`, commandOperation(name, command)]),
    ...allEvents.map(([name, event]) => [`send.${name}`, eventOperation(name, event)]),
  ]);
}

function messagesOf(schemas: ContractSchemas): Record<string, unknown> {
  return Object.fromEntries([
    ...allCommands.flatMap(([name, command]) => commandMessages(name, command, schemas)),
    ...allEvents.map(([name, event]) => eventMessage(name, event, schemas)),
  ]);
}

const securitySchemes = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Sent as `auth.token` in the handshake.' },
};

const server = {
  host: 'localhost:3000',
  pathname: '/socket.io',
  protocol: 'socket.io',
  protocolVersion: '5',
  description: 'The same address as the REST API, over WebSocket, or long polling if WebSocket is not available.',
  security: [{ $ref: '#/components/securitySchemes/accessToken' }],
};
