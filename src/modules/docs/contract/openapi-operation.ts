import { z } from 'zod';
import type { RouteSpec } from '#contracts/routes.js';
import type { ContractSchemas } from './contract-schemas.js';
import { codesByStatus, errorContent, errorsOfRoute, type ErrorResponses } from './error-responses.js';

const securityOf: Readonly<Record<RouteSpec['auth'], readonly unknown[]>> = {
  user: [{ accessToken: [] }],
  operator: [{ operatorCookie: [] }, { operatorToken: [] }],
  none: [],
};

const statusWords: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'Done, without a body', 503: 'Not ready' };

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Used as `clientId` if the body has none.',
  schema: { $ref: '#/components/schemas/ClientId' },
};
const replayedHeader = {
  'Idempotent-Replayed': {
    description: 'The message was sent before; this is the first message again.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** One route as an OpenAPI operation: `operationId` is the route's name in the contract. */
export function openapiOperation(
  name: string,
  route: RouteSpec,
  schemas: ContractSchemas,
  errors: ErrorResponses,
): Record<string, unknown> {
  const query = parametersIn('query', route, schemas);
  const parameters = [...parametersIn('path', route, schemas).parameters, ...query.parameters];
  if (name === 'message.send') parameters.push(idempotencyKey);
  return {
    operationId: name,
    summary: route.summary,
    description: query.description === undefined ? route.description : `${route.description}\n\n${query.description}`,
    tags: [route.tag],
    security: securityOf[route.auth],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: requestBody(route.body, route, schemas) } : {}),
    responses: { ...successes(name, route, schemas), ...errors.of(route) },
  };
}

/** The fields of `params` or `query` as parameters, and what the schema says about them together. */
function parametersIn(
  place: 'path' | 'query',
  route: RouteSpec,
  schemas: ContractSchemas,
): { parameters: unknown[]; description?: string } {
  const schema = place === 'path' ? route.params : route.query;
  if (schema === undefined) return { parameters: [] };
  const { properties = {}, required = [], description } = schemas.writeFields(schema, 'input');
  const example = new Map(Object.entries((place === 'path' ? route.example.params : route.example.query) ?? {}));
  const parameters = Object.entries(properties).map(([name, field]) => {
    const { description: words, ...rest } = typeof field === 'boolean' ? {} : field;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(words === undefined ? {} : { description: words }),
      schema: rest,
      ...(example.has(name) ? { example: example.get(name) } : {}),
    };
  });
  return { parameters, description };
}

function requestBody(body: z.ZodType, route: RouteSpec, schemas: ContractSchemas): unknown {
  return { required: true, content: { 'application/json': { schema: schemas.write(body, 'input'), example: route.example.body } } };
}

function successes(name: string, route: RouteSpec, schemas: ContractSchemas): Record<string, unknown> {
  const codes = codesByStatus(errorsOfRoute(route));
  const entries = Object.entries(route.responses).map(([status, body]): [string, unknown] => {
    const errorCodes = codes.get(Number(status));
    const content = {
      ...(body ? successContent(body, Number(status), route, schemas) : {}),
      ...(errorCodes ? errorContent(errorCodes) : {}),
    };
    const headers = name === 'message.send' && status === '200' ? { headers: replayedHeader } : {};
    return [
      status,
      { description: statusWords[Number(status)] ?? 'OK', ...headers, ...(Object.keys(content).length > 0 ? { content } : {}) },
    ];
  });
  return Object.fromEntries(entries);
}

function successContent(body: z.ZodType, status: number, route: RouteSpec, schemas: ContractSchemas): Record<string, unknown> {
  const mediaType = body instanceof z.ZodString ? 'text/plain' : 'application/json';
  return { [mediaType]: { schema: schemas.write(body, 'output'), ...(status < 300 ? { example: route.example.response } : {}) } };
}
