import { z } from 'zod';
import type { RouteSpec } from '#contracts/routes.js';
import { namedSchemas } from './contract-modules.js';
import type { ContractSchemas, JsonSchema } from './contract-schemas.js';
import { codesByStatus, errorContent, errorsOfRoute, type ErrorResponses } from './error-responses.js';
import { schemaDescriptions } from './schema-descriptions.js';
import { parameterShape, unwrap } from './schema-uses.js';

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
  description: 'Serves as `clientId` when the body has none.',
  schema: { $ref: '#/components/schemas/Uuid' },
};
const replayedHeader = {
  'Idempotent-Replayed': {
    description: 'The message was sent before; this is the first answer again.',
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
  const parameters = parametersOf(name, route, schemas);
  return {
    operationId: name,
    summary: route.summary,
    ...rulesOf(route.query),
    tags: [route.tag],
    security: securityOf[route.auth],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemas.of(route.body, 'input') } } } }
      : {}),
    responses: { ...successes(name, route, schemas), ...errors.of(route) },
  };
}

/** Rules across the parameters of a query, which has no schema of its own in the document. */
function rulesOf(query: z.ZodType | undefined): { description?: string } {
  const name = query && namedSchemas().get(query);
  const description = name === undefined ? undefined : schemaDescriptions[name];
  return description === undefined ? {} : { description };
}

function parametersOf(name: string, route: RouteSpec, schemas: ContractSchemas): unknown[] {
  const own = [...parameters('path', route.params, schemas), ...parameters('query', route.query, schemas)];
  return name === 'message.send' ? [...own, idempotencyKey] : own;
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: ContractSchemas): unknown[] {
  return Object.entries(parameterShape(schema)).map(([name, field]) => ({
    name,
    in: place,
    required: !(field instanceof z.ZodOptional),
    schema: schemas.of(unwrap(field), 'input'),
  }));
}

function successes(name: string, route: RouteSpec, schemas: ContractSchemas): Record<string, unknown> {
  const byStatus = codesByStatus(errorsOfRoute(route));
  const entries = Object.entries(route.responses).map(([status, body]): [string, unknown] => {
    const codes = byStatus.get(Number(status));
    const content = { ...(body ? contentOf(body, schemas.of(body, 'output')) : {}), ...(codes ? errorContent(codes) : {}) };
    const headers = name === 'message.send' && status === '200' ? { headers: replayedHeader } : {};
    return [
      status,
      { description: statusWords[Number(status)] ?? 'OK', ...headers, ...(Object.keys(content).length > 0 ? { content } : {}) },
    ];
  });
  return Object.fromEntries(entries);
}

function contentOf(body: z.ZodType, schema: JsonSchema): Record<string, unknown> {
  return { [body instanceof z.ZodString ? 'text/plain' : 'application/json']: { schema } };
}
