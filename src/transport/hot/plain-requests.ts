import type { IncomingMessage } from 'node:http';
import { type RouteSpec, routes } from '#contracts/routes.js';
import { bodyBytesMax } from '../http-server.js';
import { type HotRouteName, hotRoutes } from './hot-routes.js';

/** A request of a hot route with nothing about it that only the framework can judge. */
export interface PlainRequest {
  readonly name: HotRouteName;
  readonly params: Readonly<Record<string, string>>;
}

interface HotAddress {
  readonly name: HotRouteName;
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: readonly string[];
  readonly bodyBytesMax: number;
}

const addresses = hotRoutes.map(addressOf);
const jsonTypes: ReadonlySet<string | undefined> = new Set(['application/json', 'application/json; charset=utf-8']);
const plainLength = /^[1-9]\d{0,8}$/;
/** Change how a request is routed, how its body has to be read, or what a page may see of the answer. */
const unusualHeaders = ['origin', 'transfer-encoding', 'content-encoding', 'expect', 'upgrade', 'accept-version'] as const;

/**
 * The hot route that the request names, if nothing about it is unusual: the path without a query or escapes, a body of JSON within
 * the route's limit whose length is known. Undefined for all else, also for what is plainly wrong: the framework says what.
 */
export function plainRequest({ method, url = '', headers }: IncomingMessage): PlainRequest | undefined {
  if (!jsonTypes.has(headers['content-type']) || !plainLength.test(headers['content-length'] ?? '')) return undefined;
  for (const address of addresses) {
    const found = address.method === method ? address.path.exec(url) : null;
    if (found === null) continue;
    const isWithinLimit = Number(headers['content-length']) <= address.bodyBytesMax;
    const isPlain = isWithinLimit && unusualHeaders.every((header) => headers[header] === undefined);
    return isPlain ? { name: address.name, params: paramsOf(address, found) } : undefined;
  }
  return undefined;
}

function paramsOf({ parameters }: HotAddress, found: RegExpExecArray): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, name] of parameters.entries()) params[name] = found[index + 1] ?? '';
  return params;
}

function addressOf(name: HotRouteName): HotAddress {
  const route: RouteSpec = routes[name];
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const path = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, String.raw`([\w-]{1,64})`)}$`);
  return { name, method: route.method, path, parameters, bodyBytesMax: route.bodyBytesMax ?? bodyBytesMax };
}
