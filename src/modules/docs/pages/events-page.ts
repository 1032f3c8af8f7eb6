import { commands, type CommandSpec } from '#contracts/commands.js';
import { events, type EventSpec } from '#contracts/events.js';
import { errorsOfCommand } from '../contract/asyncapi-parts.js';
import { contractSchemas, schemaPointer, type ContractSchemas, type JsonSchema } from '../contract/contract-schemas.js';
import { html, prose, type Html } from './html.js';
import { page, type NavGroup } from './layout.js';
import { namedSchema, schemaTable, typeOf } from './schema-html.js';
import { walkthrough } from './walkthrough.js';

const allCommands = Object.entries<CommandSpec>(commands);
const allEvents = Object.entries<EventSpec>(events);

/** `/docs/events`: the socket contract for people, made from the same tables as the AsyncAPI document. */
export function eventsPage(): string {
  const schemas = contractSchemas('draft-7');
  const used = schemas.componentsOf([
    ...allCommands.flatMap(([, { input, data }]) => [schemas.of(input, 'input'), schemas.of(data, 'output')]),
    ...allEvents.map(([, { payload }]) => schemas.of(payload, 'output')),
  ]);
  const content = html`<h1>Events</h1>
    <p>
      Parley's Socket.IO door. The machine-readable form is <a href="/docs/asyncapi.yaml">asyncapi.yaml</a> (AsyncAPI 3.0); both come from
      one contract.
    </p>
    ${walkthrough()}
    <h2 id="commands">Commands</h2>
    <p>
      Every command takes one object and an acknowledgement, always answered: <code>{ ok: true, data }</code> or
      <code>{ ok: false, error: { code, message, retryable, requestId, retryAfterMs?, errors? } }</code>. Unknown fields are refused.
    </p>
    ${allCommands.map(([name, command]) => commandSection(name, command, schemas))}
    <h2 id="events">Events</h2>
    <p>What the server sends. The socket that caused a change gets its event too: one stream, one order. Ignore fields you do not know.</p>
    ${allEvents.map(([name, event]) => eventSection(name, event, schemas))}
    <h2 id="schemas">Schemas</h2>
    ${Object.entries(used).map(([name, schema]) => namedSchema(name, schema))}`;
  return page('Events', '/docs/events', navigation(Object.keys(used)), content);
}

function commandSection(name: string, command: CommandSpec, schemas: ContractSchemas): Html {
  const errors = errorsOfCommand(command).map((code) => html`<li><a href="/docs/errors#${code}">${code}</a></li>`);
  return html`<section id="command-${name}">
    <h3><a href="#command-${name}">${name}</a></h3>
    <p>${prose(command.summary)}.</p>
    <h4>Payload</h4>
    ${expanded(schemas.of(command.input, 'input'), schemas)}
    <h4>Ack <code>data</code></h4>
    ${payload(schemas.of(command.data, 'output'))}
    <h4>Errors</h4>
    <ul class="chips">
      ${errors}
    </ul>
  </section>`;
}

function eventSection(name: string, event: EventSpec, schemas: ContractSchemas): Html {
  return html`<section id="event-${name}">
    <h3><a href="#event-${name}">${name}</a></h3>
    <p>${prose(event.summary)}. <span class="quiet">To ${event.to}.</span></p>
    <h4>Payload</h4>
    ${expanded(schemas.of(event.payload, 'output'), schemas)}
  </section>`;
}

/** The fields themselves, also where the schema has a name: who reads about a command wants them there. */
function expanded(schema: JsonSchema, schemas: ContractSchemas): Html {
  if (schema.$ref === undefined) return schemaTable(schema);
  const named = schemas.componentsOf(schema)[schema.$ref.slice(schemaPointer.length)];
  if (named === undefined) return payload(schema);
  const words = named.description === undefined ? html`` : html` <span class="quiet">${prose(named.description)}</span>`;
  return html`<p>${typeOf(schema)}${words}</p>
    ${schemaTable(named)}`;
}

function payload(schema: JsonSchema): Html {
  return schema.$ref === undefined ? schemaTable(schema) : html`<p>${typeOf(schema)}</p>`;
}

function navigation(schemaNames: readonly string[]): NavGroup[] {
  return [
    { title: 'Start', links: [{ href: '#connect', label: 'Connect' }] },
    { title: 'Commands', links: allCommands.map(([name]) => ({ href: `#command-${name}`, label: name })) },
    { title: 'Events', links: allEvents.map(([name]) => ({ href: `#event-${name}`, label: name })) },
    { title: 'Schemas', links: schemaNames.map((name) => ({ href: `#schema-${name}`, label: name })) },
  ];
}
