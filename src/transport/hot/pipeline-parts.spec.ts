import { Controller, Header, Injectable, UseGuards } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory, DiscoveryModule } from '@nestjs/core';
import { Endpoint } from '../endpoint.js';
import { CurrentCaller, Input } from '../handler-arguments.js';
import { HotEndpoints } from './hot-endpoints.js';

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
  sync(@Input() _input: unknown, @CurrentCaller() _caller: unknown): never {
    throw new Error('not called');
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

/** The hot endpoints of an application of these controllers and providers. */
async function endpointsOf(controllers: (new () => object)[], providers: { provide: string; useClass: new () => object }[] = []) {
  const app = await NestFactory.createApplicationContext(
    { module: class Root {}, imports: [DiscoveryModule], controllers, providers: [HotEndpoints, ...providers] },
    { logger: false, abortOnError: false },
  );
  try {
    return app.get(HotEndpoints).build();
  } finally {
    await app.close();
  }
}

test('a hot route has its handler with its arguments', async () => {
  const endpoint = (await endpointsOf([Plain])).get('sync.post');
  expect(endpoint).toMatchObject({ status: 200, route: { name: 'sync.post' } });
});

test('a process without its controllers has no hot routes, whatever else it has', async () => {
  expect((await endpointsOf([], [{ provide: APP_GUARD, useClass: NewPart }])).size).toBe(0);
});

test.each([
  ['a guard', APP_GUARD],
  ['an interceptor', APP_INTERCEPTOR],
  ['a pipe', APP_PIPE],
])('%s for all routes that has no stand-in on the fast path stops the start', async (_, provide) => {
  await expect(endpointsOf([Plain], [{ provide, useClass: NewPart }])).rejects.toThrow('NewPart has no stand-in');
});

test.each([
  ['a guard of the method', Guarded, '__guards__'],
  ['a guard of the controller', GuardedAsAWhole, '__guards__'],
  ['a header of the method', WithHeader, '__headers__'],
  ['an argument that nobody injects', WithOwnArgument, 'argument 0 of sync'],
])('%s stops the start', async (_, controller, why) => {
  await expect(endpointsOf([controller])).rejects.toThrow(why);
});

test('two handlers of one route stop the start', async () => {
  await expect(endpointsOf([Plain, Twice])).rejects.toThrow('sync.post has two handlers');
});
