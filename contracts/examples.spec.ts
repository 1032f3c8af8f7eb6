import type { z } from 'zod';
import { commands, type CommandSpec } from './commands.js';
import { events, type EventSpec } from './events.js';
import { routes, type RouteSpec } from './routes.js';

/** Parses strictly: a field that the schema does not declare would be dropped, and so show as a difference. */
function expectToFit(schema: z.ZodType, example: unknown): void {
  expect(schema.parse(example)).toEqual(example);
}

function expectToReadWell({ summary, description }: { readonly summary: string; readonly description: string }): void {
  expect(summary).toMatch(/^[A-Z].*[^.]$/);
  expect(description).toMatch(/^[A-Z`].*\.$/);
}

describe.each(Object.entries<RouteSpec>(routes))('the route %s', (_name, route) => {
  it('has an example request that fits its schemas and no part without a schema', () => {
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = route[part];
      if (schema === undefined) expect(route.example).not.toHaveProperty(part);
      else expectToFit(schema, route.example[part]);
    }
  });

  it('has an example response that fits the schema of each success status', () => {
    for (const [status, schema] of Object.entries(route.responses)) {
      if (schema === null) expect(route.example).not.toHaveProperty('response');
      else if (Number(status) < 300) expectToFit(schema, route.example.response);
    }
  });

  it('has a summary without a full stop, and a description in sentences', () => {
    expectToReadWell(route);
  });
});

describe.each(Object.entries<CommandSpec>(commands))('the command %s', (_name, command) => {
  it('has an example that fits its input and its data', () => {
    expectToFit(command.input, command.example.input);
    expectToFit(command.data, command.example.data);
  });

  it('has a summary without a full stop, and a description in sentences', () => {
    expectToReadWell(command);
  });
});

describe.each(Object.entries<EventSpec>(events))('the event %s', (_name, event) => {
  it('has an example that fits its payload', () => {
    expectToFit(event.payload, event.example);
  });

  it('has a summary without a full stop, and a description in sentences', () => {
    expectToReadWell(event);
  });
});
