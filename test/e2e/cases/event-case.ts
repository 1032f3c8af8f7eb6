import type { EventName, EventPayload } from '#contracts/events.js';
import { RawConnection } from '../../support/raw-connection.js';
import { connect, connectRefused, type TestSocket } from '../../support/sockets.js';
import type { Person } from '../../support/people.js';
import type { Cases } from './case.js';

/** One performance of what makes the server send an event. */
export interface Stage<N extends EventName> {
  /** Whose sockets get the event, one each. */
  readonly receivers: readonly Person[];
  /** Logged in and connected, and not to get it. */
  readonly others: readonly Person[];
  /** Does what causes the event. */
  cause(sockets: ReadonlyMap<Person, TestSocket>): Promise<void>;
  /** Tries the same in a way that is refused: wrong input or no right to it. */
  causeInvalid(sockets: ReadonlyMap<Person, TestSocket>): Promise<void>;
  /** Whether the payload is of this cause. */
  fits(payload: EventPayload<N>): boolean;
}

export interface EventPlan<N extends EventName> {
  readonly event: N;
  readonly stage: () => Promise<Stage<N>>;
  /** How many events two causes make: 2 when each counts, 1 when the second changes nothing. */
  readonly eventsOfTwo: 1 | 2;
  /** What has to be true of the payload, beyond its schema. */
  readonly check?: (payload: EventPayload<N>, stage: Stage<N>) => void;
}

/** The five cases of an event that members of something get, from one description of its cause. */
export function eventCases<N extends EventName>(plan: EventPlan<N>): Cases {
  const count = (socket: TestSocket, stage: Stage<N>) => socket.of(plan.event).filter((payload) => stage.fits(payload)).length;
  return {
    anonymous: async () => {
      const { stage, sockets } = await perform(plan);
      const unproven = await new RawConnection().open();
      const refused = await connectRefused({});
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      expect(unproven.received.filter((packet) => packet.startsWith('2'))).toEqual([]);
      expect(refused.events.names()).toEqual([]);
      unproven.close();
    },
    stranger: async () => {
      const { stage, sockets } = await perform(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      expect(stage.others.length).toBeGreaterThan(0);
      for (const other of stage.others) {
        const socket = socketOf(other, sockets);
        await socket.barrier();
        expect(count(socket, stage)).toBe(0);
      }
    },
    invalid: async () => {
      const { stage, sockets } = await perform(plan);
      await stage.causeInvalid(sockets);
      for (const socket of sockets.values()) {
        await socket.barrier();
        expect(count(socket, stage)).toBe(0);
      }
    },
    happy: async () => {
      const { stage, sockets } = await perform(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) {
        const payload = await receiver.waitFor(plan.event, (one) => stage.fits(one));
        plan.check?.(payload, stage);
        await receiver.barrier();
        expect(count(receiver, stage)).toBe(1);
      }
    },
    repeated: async () => {
      const { stage, sockets } = await perform(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) {
        await receiver.events.waitForCount(plan.event, plan.eventsOfTwo, (payload) => stage.fits(payload));
        await receiver.barrier();
        expect(count(receiver, stage)).toBe(plan.eventsOfTwo);
      }
    },
  };
}

/** The socket of a person on the stage. */
export function socketOf(one: Person, sockets: ReadonlyMap<Person, TestSocket>): TestSocket {
  const socket = sockets.get(one);
  if (socket === undefined) throw new Error('this person has no socket');
  return socket;
}

async function perform<N extends EventName>(plan: EventPlan<N>) {
  const stage = await plan.stage();
  const sockets = new Map<Person, TestSocket>();
  for (const one of [...stage.receivers, ...stage.others]) sockets.set(one, await connect(one));
  return { stage, sockets };
}

function receiversOf<N extends EventName>(stage: Stage<N>, sockets: ReadonlyMap<Person, TestSocket>): TestSocket[] {
  return stage.receivers.map((receiver) => socketOf(receiver, sockets));
}
