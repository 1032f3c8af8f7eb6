import { stringify } from 'yaml';
import { commands, type CommandSpec } from '#contracts/commands.js';
import { errorCatalogue } from '#contracts/errors.js';
import { events, type EventSpec } from '#contracts/events.js';
import { commandMessage, commandOperation, eventMessage, eventOperation } from './contract/asyncapi-parts.js';
import { contractSchemas, type ContractSchemas, type JsonSchema } from './contract/contract-schemas.js';
import { contractVersion } from './contract/contract-version.js';

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
  'Socket.IO door of Parley: default namespace, path `/socket.io`, `auth: { token: <access token> }`.',
  'A bad token fails the handshake (`connect_error` with `data: { code }`), before any event.',
  'Each channel is an event name. Every command takes one object and an acknowledgement: `{ ok: true, data }` or `{ ok: false, error }`, always.',
  'Order events of a conversation by `rev`; where it jumps, call `conversation.sync`.',
].join('\n\n');

/** Writes the AsyncAPI document from the contract's tables. Deterministic: the same contract gives the same bytes. */
export function asyncapiDocument(): AsyncapiDocument {
  const schemas = contractSchemas('draft-7');
  const messages = messagesOf(schemas);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Parley events', version: contractVersion, description, license: { name: 'MIT' }, 'x-error-codes': errorCatalogue },
    defaultContentType: 'application/json',
    servers: { parley: server },
    channels: channels(),
    operations: operations(),
    components: { messages, schemas: schemas.componentsOf(messages), securitySchemes },
  };
}

/** The document as YAML, as it is committed and served. */
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
    ...allCommands.flatMap(([name, command]) => commandMessage(name, command, schemas)),
    ...allEvents.map(([name, event]) => eventMessage(name, event, schemas)),
  ]);
}

const securitySchemes = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "Given in the handshake's `auth.token`." },
};

const server = {
  host: 'localhost:3000',
  pathname: '/socket.io',
  protocol: 'socket.io',
  protocolVersion: '5',
  description: 'The same address as the REST door; WebSocket, or long polling where that is not possible.',
  security: [{ $ref: '#/components/securitySchemes/accessToken' }],
};
