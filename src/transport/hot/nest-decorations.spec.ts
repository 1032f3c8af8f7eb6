import fastify, { type FastifyInstance } from 'fastify';
import { Controller, Header, Injectable, UseGuards } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory, DiscoveryModule } from '@nestjs/core';
import { Endpoint } from '../endpoint.js';
import { CurrentCaller, Input } from '../handler-arguments.js';
import { RouteChecks } from '../pipeline/route-checks.js';
import { TokenVerifier } from '../token-verifier.js';
import { HotRoutes } from './hot-routes.js';

@Injectable()
class NewPart {
  canActivate(): boolean {
    return true;
  }
  intercept(_: unknown, next: { handle: () => unknown }): unknown {
    return next.handle();
  }
  transform(value: unknown): unknown {
    return value;
  }
}

@Controller()
class Plain {
  @Endpoint('sync.post')
  sync(@Input() input: unknown, @CurrentCaller() caller: unknown): never {
    // Cast: what is echoed is no answer of this route.
    return { input, caller } as never;
  }
}

@Controller()
class Twice extends Plain {}

@Controller()
class Guarded {
  @Endpoint('sync.post')
  @UseGuards(NewPart)
  sync(): never {
    throw new Error('not called');
  }
}

@UseGuards(NewPart)
@Controller()
class GuardedAsAWhole extends Plain {}

@Controller()
class WithHeader {
  @Endpoint('sync.post')
  @Header('x-new', '1')
  sync(): never {
    throw new Error('not called');
  }
}

@Controller()
class WithOwnArgument {
  @Endpoint('sync.post')
  sync(_input: unknown): never {
    throw new Error('not called');
  }
}

const checks = {
  checkRequest: (_route: unknown, request: { parsed?: unknown; body: unknown }): void => {
    request.parsed = request.body;
  },
};

/** A server on which the hot routes of these controllers have their native handlers. */
async function serverOf(
  controllers: (new () => object)[],
  providers: { provide: string; useClass: new () => object }[] = [],
): Promise<FastifyInstance> {
  const stubs = [
    { provide: RouteChecks, useValue: checks },
    { provide: TokenVerifier, useValue: { verify: (token: string) => `the caller of ${token}` } },
  ];
  const app = await NestFactory.createApplicationContext(
    { module: class Root {}, imports: [DiscoveryModule], controllers, providers: [HotRoutes, ...stubs, ...providers] },
    { logger: false, abortOnError: false },
  );
  try {
    const server = fastify();
    app.get(HotRoutes).registerHandlers(server);
    server.post('/v1/sync', () => 'by Nest');
    return server;
  } finally {
    await app.close();
  }
}

async function answerOf(server: FastifyInstance): Promise<string> {
  const { payload } = await server.inject({ method: 'POST', url: '/v1/sync', headers: { authorization: 'Bearer t' }, body: { a: 1 } });
  return payload;
}

test('a hot route is answered by the method of its controller, with its arguments', async () => {
  expect(JSON.parse(await answerOf(await serverOf([Plain])))).toEqual({ input: { a: 1 }, caller: 'the caller of t' });
});

test('a process without controllers of hot routes has none, and may run any part of Nest', async () => {
  expect(await answerOf(await serverOf([], [{ provide: APP_GUARD, useClass: NewPart }]))).toBe('by Nest');
});

test.each([
  ['a guard', APP_GUARD],
  ['an interceptor', APP_INTERCEPTOR],
  ['a pipe', APP_PIPE],
])('%s for all routes that the fast path does not replace stops the start', async (_, provide) => {
  await expect(serverOf([Plain], [{ provide, useClass: NewPart }])).rejects.toThrow('NewPart, see');
});

test.each([
  ['a guard of the method', Guarded, '__guards__'],
  ['a guard of the controller', GuardedAsAWhole, '__guards__'],
  ['a header of the method', WithHeader, '__headers__'],
  ['an argument without a decorator', WithOwnArgument, 'argument 0 of sync'],
])('%s stops the start', async (_, controller, why) => {
  await expect(serverOf([controller])).rejects.toThrow(why);
});

test('two handlers of one route stop the start', async () => {
  await expect(serverOf([Plain, Twice])).rejects.toThrow('sync.post has two handlers');
});
