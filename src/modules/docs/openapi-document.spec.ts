import { errorCatalogue } from '#contracts/errors.js';
import { authErrors, commonErrors, routes, type RouteSpec } from '#contracts/routes.js';
import { openapiDocument } from './openapi-document.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
  readonly example?: unknown;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly example?: unknown }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly description: string;
  readonly requestBody?: Content;
  readonly security: readonly unknown[];
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string; readonly headers?: Readonly<Record<string, unknown>> }>>;
}

const document = openapiDocument();
const allRoutes = Object.entries<RouteSpec>(routes);

function operationOf(route: RouteSpec): Operation {
  return document.paths[route.path]?.[route.method.toLowerCase()] as Operation;
}

function examplesIn(part: Content | undefined): unknown[] {
  return Object.values(part?.content ?? {}).flatMap((one) => ('example' in one ? [one.example] : []));
}

function refsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].flatMap((match) => match[1] ?? []);
}

function resolves(pointer: string): boolean {
  const found = pointer
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined),
      document,
    );
  return pointer.startsWith('#/') && found !== undefined;
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1.0 and has no dangling reference', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(refsIn(document).filter((pointer) => !resolves(pointer))).toEqual([]);
  });

  it.each(allRoutes)('describes the whole request and every success of %s', (name, route) => {
    const operation = operationOf(route);
    expect(operation.operationId).toBe(name);
    expect(operation.security.length > 0).toBe(route.auth !== 'none');
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(Object.keys(route.responses)));
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => `{${parameter.name}}`)).toEqual(route.path.match(/\{[^}]+\}/g) ?? []);
    expect(inPath.every((parameter) => parameter.required)).toBe(true);
  });

  it.each(allRoutes)('carries the description and the example of %s', (_name, route) => {
    const { description, parameters = [], requestBody, responses } = operationOf(route);
    expect(description).toContain(route.description);
    const { params, query, body, response } = route.example;
    for (const [name, example] of [params, query].flatMap((part) => Object.entries(part ?? {})))
      expect(parameters).toContainEqual(expect.objectContaining({ name, example }));
    expect(examplesIn(requestBody)).toEqual(body === undefined ? [] : [body]);
    for (const status of Object.keys(route.responses).filter((one) => Number(one) < 300))
      expect(examplesIn(responses[status])).toEqual(response === undefined ? [] : [response]);
  });

  it.each(allRoutes)('lists each error of %s under its status', (_name, route) => {
    const { responses } = operationOf(route);
    for (const code of [...(route.errors ?? []), ...commonErrors, ...(route.auth === 'user' ? authErrors : [])]) {
      const response = responses[String(errorCatalogue[code].status)];
      const body =
        response?.$ref === undefined ? response : document.components.responses[response.$ref.slice('#/components/responses/'.length)];
      expect(JSON.stringify(body)).toContain(`"${code}"`);
    }
  });

  it('explains how to send a message again safely', () => {
    const operation = operationOf(routes['message.send']);
    expect(operation.parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }));
    expect(operation.responses['200']?.headers).toHaveProperty('Idempotent-Replayed');
  });

  it('has one form per name, refuses unknown fields in requests and lets responses gain fields', () => {
    const { Message, SendMessageBody, Session } = document.components.schemas;
    expect(refsIn(operationOf(routes['message.get']).responses['200'])).toEqual(['#/components/schemas/Message']);
    expect(SendMessageBody?.additionalProperties).toBe(false);
    expect(Message).not.toHaveProperty('additionalProperties');
    expect(refsIn(Session)).toContain('#/components/schemas/User');
  });

  it('is the same every time it is written', () => {
    expect(JSON.stringify(openapiDocument())).toBe(JSON.stringify(document));
  });

  it('describes every named schema', () => {
    const silent = Object.entries(document.components.schemas).filter(([, schema]) => schema.description === undefined);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('states the default of every page size', () => {
    const sizes = allRoutes.flatMap(([, route]) => (operationOf(route).parameters ?? []).filter(({ name }) => name === 'limit'));
    expect(sizes.length).toBeGreaterThan(10);
    for (const { schema } of sizes) expect(schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
    expect(document.components.schemas).toHaveProperty('SyncInput.properties.limit.default', 200);
  });

  it.each([
    ['ConversationName', 'Engine-Room.1'],
    ['ConversationId', '019CF1A3-0E52-7D18-9C4F-7B20E6A1D583'],
    ['TimestampInput', '2026-03-15T13:37:25Z'],
    ['TimestampInput', '2026-03-15T13:37:25.123456+02:00'],
  ])('lets clients send a %s such as %s, as the server does', (name, value) => {
    expect(value).toMatch(new RegExp(document.components.schemas[name]?.pattern ?? 'no pattern', 'u'));
  });

  it('explains which parameters exclude each other', () => {
    expect(operationOf(routes['message.history'])).toHaveProperty('description', expect.stringContaining('At most one of `before`'));
  });
});
