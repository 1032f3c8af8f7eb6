import { createParamDecorator, type ExecutionContext, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from './caller.js';
import type { RestReply, RestRequest } from './rest-exchange.js';

/** Reads one argument of a handler, for Nest's pipeline and for the short way alike. */
export type ArgumentReader = (request: RestRequest, reply: RestReply) => unknown;

const readersKey = 'parley:arguments';

/** Injects `{ params, query, body }` as the route's schemas parsed them. */
export const Input = argument(({ parsed }) => {
  if (parsed === undefined) throw new Error('a handler takes @Input() but has no @Endpoint()');
  return parsed;
});

/** Injects who is calling. Only for routes that need a user; throws `auth.required` where nobody is known. */
export const CurrentCaller = argument(({ caller }): Caller => {
  if (caller === undefined) throw new AppError('auth.required');
  return caller;
});

/** Injects the reply, to choose another success status or set headers; the answer is still what the method returns. */
export const Reply = argument(
  (_request, reply) => reply,
  () => Res({ passthrough: true }),
);

/** Injects the request, for what is not in the contract: its address and headers. Not for hot routes. */
export const CurrentRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/** How the arguments of a controller's method are read, in their order. Throws when one has none of the decorators above. */
export function argumentReadersOf(method: object & { readonly length: number; readonly name: string }): readonly ArgumentReader[] {
  const readers = notedReaders(method);
  return Array.from({ length: Math.max(method.length, readers.length) }, (_, index) => {
    const read = readers[index];
    if (read === undefined) throw new Error(`argument ${index} of ${method.name} is not injected by transport/handler-arguments`);
    return read;
  });
}

/** `inject` is Nest's own decorator for it, where it has one: what others inject it awaits, and a reply is a promise of its own end. */
function argument(read: ArgumentReader, inject: () => ParameterDecorator = injectWith(read)): () => ParameterDecorator {
  return () => (target, key, index) => {
    inject()(target, key, index);
    note(target, key, index, read);
  };
}

function injectWith(read: ArgumentReader): () => ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext) => {
    const http = context.switchToHttp();
    return read(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  });
}

function note(target: object, key: string | symbol | undefined, index: number, read: ArgumentReader): void {
  const method: unknown = key === undefined ? undefined : Reflect.get(target, key);
  if (typeof method !== 'function') throw new Error('only arguments of methods are injected');
  const readers = [...notedReaders(method)];
  readers[index] = read;
  Reflect.defineMetadata(readersKey, readers, method);
}

function notedReaders(method: object): readonly (ArgumentReader | undefined)[] {
  const readers: (ArgumentReader | undefined)[] | undefined = Reflect.getMetadata(readersKey, method);
  return readers ?? [];
}
