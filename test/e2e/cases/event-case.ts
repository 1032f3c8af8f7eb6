import type { EventName, EventPayload } from '#contracts/events.js';
import { RawConnection } from '../../support/raw-connection.js';
import { connect, connectRefused, type TestSocket } from '../../support/sockets.js';
import type { Person } from '../../support/people.js';
import type { Cases } from './case.js';

/**
 * How to read this: an event is tested as a small play. A *stage* is the setting of one case: the people whose sockets receive the
 * event (`receivers`), connected people who must not receive it (`bystanders`), and two acts, one that makes the server send the event
 * (`cause`) and one that is refused and must send nothing (`causeInvalid`). Each case builds a fresh stage, connects one socket for
 * each person, performs an act, and looks at what the sockets have recorded. Thus a file of cases only describes stages; `eventCases`
 * derives the five cases from each:
 *
 * | case      | act                        | what is checked                                                         |
 * | --------- | -------------------------- | ----------------------------------------------------------------------- |
 * | anonymous | `cause`                    | receivers have the event; connections without a token have nothing      |
 * | stranger  | `cause`                    | receivers have the event; bystanders do not                             |
 * | invalid   | `causeInvalid`             | no socket has the event                                                 |
 * | happy     | `cause`                    | every receiver has exactly one event, which passes `check`              |
 * | repeated  | `cause`, and `cause` again | every receiver has `eventsAfterTwo` events                              |
 *
 * A negative check first waits for `barrier()`: whatever the server sent before has arrived by then.
 */
export interface Stage<N extends EventName> {
  /** The people whose sockets receive the event. */
  readonly receivers: readonly Person[];
  /** Connected people whose sockets must not receive the event. */
  readonly bystanders: readonly Person[];
  /** Makes the server send the event. */
  cause(sockets: ReadonlyMap<Person, TestSocket>): Promise<void>;
  /** Tries to make the server send it and is refused, for wrong input or for lack of permission. */
  causeInvalid(sockets: ReadonlyMap<Person, TestSocket>): Promise<void>;
  /** Whether the payload belongs to this stage, and not to another test on the same server. */
  fits(payload: EventPayload<N>): boolean;
}

/** An event and how to set the stage for it. */
export interface EventPlan<N extends EventName> {
  readonly event: N;
  readonly stage: () => Promise<Stage<N>>;
  /** The number of events after two causes: 2 if each sends one, 1 if the second changes nothing. */
  readonly eventsAfterTwo: 1 | 2;
  /** Checks the payload beyond its schema. */
  readonly check?: (payload: EventPayload<N>, stage: Stage<N>) => void;
}

/** The five cases of an event, derived from its stage. */
export function eventCases<N extends EventName>(plan: EventPlan<N>): Cases {
  const count = (socket: TestSocket, stage: Stage<N>) => socket.of(plan.event).filter((payload) => stage.fits(payload)).length;
  return {
    anonymous: async () => {
      const { stage, sockets } = await setStage(plan);
      const withoutToken = await new RawConnection().open();
      const refused = await connectRefused({});
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      expect(withoutToken.received.filter((packet) => packet.startsWith('2'))).toEqual([]);
      expect(refused.events.names()).toEqual([]);
      withoutToken.close();
    },
    stranger: async () => {
      const { stage, sockets } = await setStage(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      expect(stage.bystanders.length).toBeGreaterThan(0);
      for (const bystander of stage.bystanders) {
        const socket = socketOf(bystander, sockets);
        await socket.barrier();
        expect(count(socket, stage)).toBe(0);
      }
    },
    invalid: async () => {
      const { stage, sockets } = await setStage(plan);
      await stage.causeInvalid(sockets);
      for (const socket of sockets.values()) {
        await socket.barrier();
        expect(count(socket, stage)).toBe(0);
      }
    },
    happy: async () => {
      const { stage, sockets } = await setStage(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) {
        const payload = await receiver.waitFor(plan.event, (one) => stage.fits(one));
        plan.check?.(payload, stage);
        await receiver.barrier();
        expect(count(receiver, stage)).toBe(1);
      }
    },
    repeated: async () => {
      const { stage, sockets } = await setStage(plan);
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) await receiver.waitFor(plan.event, (payload) => stage.fits(payload));
      await stage.cause(sockets);
      for (const receiver of receiversOf(stage, sockets)) {
        await receiver.events.waitForCount(plan.event, plan.eventsAfterTwo, (payload) => stage.fits(payload));
        await receiver.barrier();
        expect(count(receiver, stage)).toBe(plan.eventsAfterTwo);
      }
    },
  };
}

/** The socket of a person on the stage. */
export function socketOf(person: Person, sockets: ReadonlyMap<Person, TestSocket>): TestSocket {
  const socket = sockets.get(person);
  if (socket === undefined) throw new Error('this person has no socket');
  return socket;
}

/** Builds the stage and connects one socket for each person on it. */
async function setStage<N extends EventName>(plan: EventPlan<N>) {
  const stage = await plan.stage();
  const sockets = new Map<Person, TestSocket>();
  for (const one of [...stage.receivers, ...stage.bystanders]) sockets.set(one, await connect(one));
  return { stage, sockets };
}

function receiversOf<N extends EventName>(stage: Stage<N>, sockets: ReadonlyMap<Person, TestSocket>): TestSocket[] {
  return stage.receivers.map((receiver) => socketOf(receiver, sockets));
}
