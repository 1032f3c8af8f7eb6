import { randomUUID } from 'node:crypto';
import type { CommandName } from '#contracts/commands.js';
import { RawConnection } from '../../support/raw-connection.js';
import { scene, type Scene } from '../../support/scene.js';
import { connect, connectRefused } from '../../support/sockets.js';
import { within } from '../../support/until.js';
import type { Check } from './case.js';
import { anyUser } from './case.js';

/** Without a token there is no connection, and a client that sends the command anyway is disconnected without an ack. */
export function needsHandshake(name: CommandName, input: object = {}): Check {
  return async () => {
    expect((await connectRefused({})).code).toBe('auth.required');
    expect((await connectRefused({ accessToken: 'forged.token.here' })).code).toBe('auth.invalidToken');
    const intruder = await new RawConnection().open();
    intruder.sendEvent(name, { conversationId: randomUUID(), ...input });
    await within(5000, 'the client without a token is disconnected', intruder.closed);
    expect(intruder.received.filter((packet) => packet.startsWith('3'))).toEqual([]);
  };
}

/** To a non-member, the conversation does not seem to exist. */
export function hiddenFromStrangers(name: CommandName, input: (scene: Scene) => object): Check {
  return async () => {
    const setting = await scene();
    const socket = await connect(setting.stranger);
    await socket.fails(name, { conversationId: setting.conversationId, ...input(setting) }, 'conversation.notFound');
  };
}

/** Each of these payloads is refused with `validation.failed`, and so are undeclared fields and payloads that are not objects. */
export function refusesPayload(name: CommandName, ...inputs: unknown[]): Check {
  return async () => {
    const socket = await connect(await anyUser());
    for (const input of [...inputs, { undeclared: 1 }, 'text', null, [], 7]) {
      const error = await socket.fails(name, input, 'validation.failed');
      expect(error.errors?.length).toBeGreaterThan(0);
    }
    await socket.barrier();
  };
}
