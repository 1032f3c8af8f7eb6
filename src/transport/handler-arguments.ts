import { createParamDecorator, type ExecutionContext, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from './caller.js';

/** Reads one argument of a handler from the request, for Nest's pipeline and for the fast path alike. */
export type ArgumentReader = (request: FastifyRequest, reply: FastifyReply) => unknown;

const readersKey = 'parley:arguments';

/** Injects `{ params, query, body }` as the route's schemas parsed them. */
export const Input = argument(({ parsed }) => {
  if (parsed === undefined) throw new Error('a handler takes @Input() but has no @Endpoint()');
  return parsed;
});

/** Injects the caller of a route that needs a user. Throws `auth.required` on other routes. */
export const CurrentCaller = argument(({ caller }): Caller => {
  if (caller === undefined) throw new AppError('auth.required');
  return caller;
});

/** Injects the reply, to choose another success status or set headers; the answer is still what the method returns. */
export const Reply = argument(
  (_request, reply) => reply,
  () => Res({ passthrough: true }),
);

/** Injects the request, for what the contract does not describe: its address and headers. Not for hot routes. */
export const CurrentRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/** The readers of a controller method's arguments, in order. Throws if an argument has none of the decorators above. */
export function argumentReadersOf(method: object & { readonly length: number; readonly name: string }): readonly ArgumentReader[] {
  const readers = rememberedReaders(method);
  return Array.from({ length: Math.max(method.length, readers.length) }, (_, index) => {
    const read = readers[index];
    if (read === undefined) throw new Error(`argument ${index} of ${method.name} has no decorator of transport/handler-arguments`);
    return read;
  });
}

/**
 * Makes a decorator that Nest's pipeline and the fast path both obey. `inject` is for a reply: Nest awaits what a custom decorator
 * injects, and a reply is a promise of its own end.
 */
function argument(read: ArgumentReader, inject: () => ParameterDecorator = injectWith(read)): () => ParameterDecorator {
  return () => (target, key, index) => {
    inject()(target, key, index);
    rememberReader(target, key, index, read);
  };
}

function injectWith(read: ArgumentReader): () => ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext) => {
    const http = context.switchToHttp();
    return read(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  });
}

function rememberReader(target: object, key: string | symbol | undefined, index: number, read: ArgumentReader): void {
  const method: unknown = key === undefined ? undefined : Reflect.get(target, key);
  if (typeof method !== 'function') throw new Error('only arguments of methods are injected');
  const readers = [...rememberedReaders(method)];
  readers[index] = read;
  Reflect.defineMetadata(readersKey, readers, method);
}

function rememberedReaders(method: object): readonly (ArgumentReader | undefined)[] {
  const readers: (ArgumentReader | undefined)[] | undefined = Reflect.getMetadata(readersKey, method);
  return readers ?? [];
}
