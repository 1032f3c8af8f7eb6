import { Problem } from '#contracts/failures.js';
import { routes, type RouteSpec } from '#contracts/routes.js';
import { ContractSchemas, contractVersion, type JsonSchema } from './contract/contract-schemas.js';
import { ErrorResponses } from './contract/error-responses.js';
import { openapiOperation } from './contract/openapi-operation.js';

/** The whole REST contract as an OpenAPI 3.1.0 document, in plain JSON. */
export interface OpenapiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly unknown[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const tagDescriptions: Readonly<Record<string, string>> = {
  auth: 'Accounts, tokens and sessions.',
  users: 'Profiles, search, presence and blocks.',
  conversations: 'Conversations, members, roles, bans and invites.',
  messages: 'Sending, history, edits, reactions, pins and search.',
  receipts: 'Delivered and read cursors.',
  sync: 'Catching up after an absence of any length.',
  operations: 'Health, metrics and administration.',
};

const description = [
  'The REST interface of Parley. The Socket.IO interface is described in [asyncapi.yaml](/docs/asyncapi.yaml) and, in readable form, at [/docs/events](/docs/events).',
  'Unknown fields in a request are refused (`validation.failed`). Ignore unknown fields in a response, because responses can gain fields.',
  'Every error is `application/problem+json` (RFC 9457) with a stable `code`: see [/docs/errors](/docs/errors).',
].join('\n\n');

/** Writes the OpenAPI document from the contract's tables. The same contract always gives the same bytes. */
export function openapiDocument(): OpenapiDocument {
  const schemas = new ContractSchemas('draft-2020-12');
  schemas.write(Problem, 'output');
  const errors = new ErrorResponses();
  const paths = pathItems(schemas, errors);
  return {
    openapi: '3.1.0',
    info: { title: 'Parley REST API', version: contractVersion, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: tagsInUse(),
    paths,
    components: { schemas: schemas.components(), responses: errors.components(), securitySchemes },
  };
}

const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of a session, or a token of the configured external issuer.',
  },
  operatorCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'parley_operator',
    description: 'Set by the login page of the operator; HttpOnly and SameSite=Strict.',
  },
  operatorToken: { type: 'http', scheme: 'bearer', description: "The token of an operator's login, for scripts." },
};

function pathItems(schemas: ContractSchemas, errors: ErrorResponses): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<RouteSpec>(routes)) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = openapiOperation(name, route, schemas, errors);
  }
  return paths;
}

function tagsInUse(): { name: string; description: string }[] {
  const names = new Set(Object.values<RouteSpec>(routes).map((route) => route.tag));
  return [...names].map((name) => {
    const words = tagDescriptions[name];
    if (words === undefined) throw new Error(`the tag ${name} has no description`);
    return { name, description: words };
  });
}
