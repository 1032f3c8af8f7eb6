import { commands, type CommandSpec } from '#contracts/commands.js';
import { events, type EventSpec } from '#contracts/events.js';
import { errorsOfCommand } from '../contract/asyncapi-parts.js';
import { ContractSchemas, type JsonSchema } from '../contract/contract-schemas.js';
import { html, prose, type Html } from '../../../transport/html.js';
import { page, type NavGroup } from './layout.js';
import { namedSchema, schemaTable, typeOf } from './schema-html.js';
import { walkthrough } from './walkthrough.js';

const allCommands = Object.entries<CommandSpec>(commands);
const allEvents = Object.entries<EventSpec>(events);

/** `/docs/events`: the socket contract in readable form, made from the same tables as the AsyncAPI document. */
export function eventsPage(): string {
  const schemas = new ContractSchemas('draft-7');
  const commandSections = allCommands.map(([name, command]) => commandSection(name, command, schemas));
  const eventSections = allEvents.map(([name, event]) => eventSection(name, event, schemas));
  // Complete only after all sections are written.
  const components = schemas.components();
  const content = html`<h1>Events</h1>
    <p>
      The Socket.IO interface of Parley. Its machine-readable form is <a href="/docs/asyncapi.yaml">asyncapi.yaml</a> (AsyncAPI 3.0); both
      are made from one contract.
    </p>
    ${walkthrough()}
    <h2 id="commands">Commands</h2>
    <p>
      Every command takes one object and is always acked: <code>{ ok: true, data }</code> or
      <code>{ ok: false, error: { code, message, retryable, requestId, retryAfterMs?, errors? } }</code>. Unknown fields are refused.
    </p>
    ${commandSections}
    <h2 id="events">Events</h2>
    <p>
      What the server sends. The socket that caused a change receives its event too, so that all sockets have one stream in one order.
      Ignore fields you do not know.
    </p>
    ${eventSections}
    <h2 id="schemas">Schemas</h2>
    ${Object.entries(components).map(([name, schema]) => namedSchema(name, schema))}`;
  return page('Events', '/docs/events', navigation(Object.keys(components)), content);
}

function commandSection(name: string, command: CommandSpec, schemas: ContractSchemas): Html {
  const errors = errorsOfCommand(command).map((code) => html`<li><a href="/docs/errors#${code}">${code}</a></li>`);
  return html`<section id="command-${name}">
    <h3><a href="#command-${name}">${name}</a></h3>
    <p><strong>${prose(command.summary)}.</strong> ${prose(command.description)}</p>
    <h4>Payload</h4>
    ${expanded(schemas.write(command.input, 'input'), schemas)}
    <h4>Ack <code>data</code></h4>
    ${reference(schemas.write(command.data, 'output'))}
    <h4>Errors</h4>
    <ul class="chips">
      ${errors}
    </ul>
    <h4>Example</h4>
    ${json(command.example.input)}
    <details>
      <summary>Its ack</summary>
      ${json({ ok: true, data: command.example.data })}
    </details>
  </section>`;
}

function eventSection(name: string, event: EventSpec, schemas: ContractSchemas): Html {
  return html`<section id="event-${name}">
    <h3><a href="#event-${name}">${name}</a></h3>
    <p><strong>${prose(event.summary)}.</strong> ${prose(event.description)} <span class="quiet">Sent to ${event.to}.</span></p>
    <h4>Payload</h4>
    ${expanded(schemas.write(event.payload, 'output'), schemas)}
    <details>
      <summary>Example</summary>
      ${json(event.example)}
    </details>
  </section>`;
}

/** The fields themselves, even if the schema has a name, because the reader of a command wants to see them there. */
function expanded(schema: JsonSchema, schemas: ContractSchemas): Html {
  if (schema.$ref === undefined) return schemaTable(schema);
  const named = schemas.resolve(schema);
  const words = named.description === undefined ? html`` : html` <span class="quiet">${prose(named.description)}</span>`;
  return html`<p>${typeOf(schema)}${words}</p>
    ${schemaTable(named)}`;
}

function reference(schema: JsonSchema): Html {
  return schema.$ref === undefined ? schemaTable(schema) : html`<p>${typeOf(schema)}</p>`;
}

function json(example: unknown): Html {
  return html`<pre><code>${JSON.stringify(example, null, 2)}</code></pre>`;
}

function navigation(schemaNames: readonly string[]): NavGroup[] {
  return [
    { title: 'Start', links: [{ href: '#connect', label: 'Connect' }] },
    { title: 'Commands', links: allCommands.map(([name]) => ({ href: `#command-${name}`, label: name })) },
    { title: 'Events', links: allEvents.map(([name]) => ({ href: `#event-${name}`, label: name })) },
    { title: 'Schemas', links: schemaNames.map((name) => ({ href: `#schema-${name}`, label: name })) },
  ];
}
