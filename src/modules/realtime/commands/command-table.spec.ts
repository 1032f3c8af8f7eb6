import { Injectable, Module, type Type, UseFilters, UseGuards, UseInterceptors, UsePipes, ParseIntPipe } from '@nestjs/common';
import { BaseExceptionFilter, DiscoveryModule, NestFactory } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { commands } from '#contracts/commands.js';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { Command } from '../command.js';
import { type BoundCommand, CommandTable } from './command-table.js';

const guard = { canActivate: () => true };
const interceptor = { intercept: () => Promise.reject(new Error('not used')) };
const answer = { nonce: 'x', serverTime: '2026-11-20T10:00:00.000Z' };

/** Handles every command of the contract but those in `except`. */
function gatewayForAllCommands({ except = [] }: { readonly except?: readonly string[] } = {}): Type {
  class AllGateway {}
  for (const name of Object.keys(commands).filter((each) => !except.includes(each))) {
    const descriptor = { value: () => ({ answerTo: name }), configurable: true };
    SubscribeMessage(name)(AllGateway.prototype, name, descriptor);
    Object.defineProperty(AllGateway.prototype, name, descriptor);
  }
  WebSocketGateway()(AllGateway);
  return AllGateway;
}

async function buildWith(...gateways: readonly Type[]): Promise<ReadonlyMap<string, BoundCommand>> {
  class TestModule {}
  Module({ imports: [DiscoveryModule], providers: [CommandTable, ...gateways] })(TestModule);
  const app = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  try {
    return app.get(CommandTable).buildTable();
  } finally {
    await app.close();
  }
}

test('every command of the contract has a handler, which gets the caller, the input and the socket', async () => {
  const seen: unknown[] = [];
  @WebSocketGateway()
  class PingGateway {
    private readonly answer = answer;

    @Command('session.ping')
    ping(...args: unknown[]) {
      seen.push(...args);
      return this.answer;
    }
  }
  const table = await buildWith(gatewayForAllCommands({ except: ['session.ping'] }), PingGateway);
  expect([...table.keys()].sort()).toEqual(Object.keys(commands).sort());
  const caller = { userId: newId<UserId>(), sessionId: newId<SessionId>(), expiresAt: Infinity };
  expect(table.get('session.ping')?.run(caller, { nonce: 'x' }, { socketId: 's' })).toBe(answer);
  expect(seen).toEqual([caller, { nonce: 'x' }, { socketId: 's' }]);
});

test('a command without a handler, and a command with two, keep the server from starting', async () => {
  @WebSocketGateway()
  class SecondGateway {
    @SubscribeMessage('message.edit')
    edit(): void {}
  }
  await expect(buildWith(gatewayForAllCommands({ except: ['message.send'] }), SecondGateway)).rejects.toThrow(
    'socket commands: message.send has no handler, message.edit has 2 handlers',
  );
});

test('a handler counts only on a gateway, and only for a command of the contract', async () => {
  @Injectable()
  class PlainProvider {
    @SubscribeMessage('session.ping')
    ping(): void {}
  }
  @WebSocketGateway()
  class OddGateway {
    @SubscribeMessage('session.pong')
    pong(): void {}
  }
  await expect(buildWith(gatewayForAllCommands({ except: ['session.ping'] }), PlainProvider, OddGateway)).rejects.toThrow(
    'session.ping has no handler, session.pong is not a command of the contract',
  );
});

describe('what Nest would obey in its own pipeline keeps the server from starting:', () => {
  const onClasses: ReadonlyArray<readonly [string, ClassDecorator]> = [
    ['@UseGuards', UseGuards(guard)],
    ['@UsePipes', UsePipes(ParseIntPipe)],
    ['@UseInterceptors', UseInterceptors(interceptor)],
    ['@UseFilters', UseFilters(BaseExceptionFilter)],
  ];

  test.each(onClasses)('%s on a gateway', async (name, decorate) => {
    class OddGateway {}
    decorate(OddGateway);
    WebSocketGateway()(OddGateway);
    await expect(buildWith(gatewayForAllCommands(), OddGateway)).rejects.toThrow(`OddGateway carries ${name}, which has no effect`);
  });

  test.each([
    ['@UseGuards', UseGuards(guard)],
    ['@UsePipes', UsePipes(ParseIntPipe)],
    ['@UseInterceptors', UseInterceptors(interceptor)],
    ['@UseFilters', UseFilters(BaseExceptionFilter)],
  ])('%s on a handler', async (name, decorate) => {
    class OddGateway {
      @Command('session.ping')
      ping() {
        return answer;
      }
    }
    decorate(OddGateway.prototype, 'ping', { value: Reflect.get(OddGateway.prototype, 'ping') });
    WebSocketGateway()(OddGateway);
    await expect(buildWith(gatewayForAllCommands({ except: ['session.ping'] }), OddGateway)).rejects.toThrow(
      `OddGateway.ping carries ${name}, which has no effect`,
    );
  });

  test('a decorated parameter', async () => {
    @WebSocketGateway()
    class OddGateway {
      @SubscribeMessage('session.ping')
      ping(@MessageBody() _input: unknown) {
        return answer;
      }
    }
    await expect(buildWith(gatewayForAllCommands({ except: ['session.ping'] }), OddGateway)).rejects.toThrow(
      'OddGateway.ping decorates its parameters, which has no effect',
    );
  });

  test('a connection hook of a gateway', async () => {
    @WebSocketGateway()
    class OddGateway {
      handleConnection(): void {}
    }
    await expect(buildWith(gatewayForAllCommands(), OddGateway)).rejects.toThrow('OddGateway has handleConnection, which is never called');
  });

  test.each([
    ['a namespace', WebSocketGateway({ namespace: 'x' })],
    ['a port', WebSocketGateway(1234)],
  ])('%s of a gateway', async (_, decorate) => {
    class OddGateway {}
    decorate(OddGateway);
    await expect(buildWith(gatewayForAllCommands(), OddGateway)).rejects.toThrow('OddGateway sets a port or options of its own');
  });
});
