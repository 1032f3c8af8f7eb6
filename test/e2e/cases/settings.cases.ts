import { api } from '../../support/api.js';
import { guest, guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { connect } from '../../support/sockets.js';
import { anyUser, type Cases, instead, needsToken, refuses } from './case.js';
import { needsHandshake, refusesPayload } from './command-case.js';
import { eventCases } from './event-case.js';

const defaults = { whoMayAdd: 'everybody', lastSeen: 'contacts', appearOffline: false };

export const settingsRouteCases = {
  'settings.get': {
    anonymous: needsToken('settings.get'),
    stranger: instead('each user reads their own settings only', async () => {
      const [one, two] = [await guest(), await guest()];
      (await api(one).call('settings.patch', { body: { lastSeen: 'nobody' } })).ok(200);
      expect((await api(two).call('settings.get')).ok(200)).toEqual(defaults);
    }),
    invalid: instead('it takes no input', async () => {
      expect((await api(await anyUser()).raw('settings.get')).status).toBe(200);
    }),
    happy: async () => {
      expect((await api(await guest()).call('settings.get')).ok(200)).toEqual(defaults);
    },
    repeated: async () => {
      const me = api(await guest());
      expect((await me.call('settings.get')).ok(200)).toEqual((await me.call('settings.get')).ok(200));
    },
  },
  'settings.patch': {
    anonymous: needsToken('settings.patch'),
    stranger: instead('each user changes their own settings only', async () => {
      const [one, two] = [await guest(), await guest()];
      (await api(one).call('settings.patch', { body: { appearOffline: true } })).ok(200);
      expect((await api(two).call('settings.get')).ok(200)).toEqual(defaults);
    }),
    invalid: refuses(
      'settings.patch',
      { body: { whoMayAdd: 'friends' } },
      { body: { lastSeen: true } },
      { body: { appearOffline: 'yes' } },
      { body: { appearOffline: null } },
    ),
    happy: async () => {
      const me = api(await guest());
      const changed = (await me.call('settings.patch', { body: { whoMayAdd: 'contacts' } })).ok(200);
      expect(changed).toEqual({ ...defaults, whoMayAdd: 'contacts' });
      expect((await me.call('settings.get')).ok(200)).toEqual(changed);
      expect((await me.call('settings.patch', { body: {} })).ok(200)).toEqual(changed);
    },
    repeated: async () => {
      const me = api(await guest());
      const patch = async () => (await me.call('settings.patch', { body: { lastSeen: 'everybody', appearOffline: true } })).ok(200);
      expect(await patch()).toEqual(await patch());
    },
  },
} as const satisfies Record<string, Cases>;

export const settingsCommandCases = {
  'settings.get': {
    anonymous: needsHandshake('settings.get'),
    stranger: instead('each user reads their own settings only', async () => {
      const [one, two] = [await connect(await guest()), await connect(await guest())];
      await one.ok('settings.patch', { lastSeen: 'nobody' });
      expect(await two.ok('settings.get', {})).toEqual(defaults);
    }),
    invalid: refusesPayload('settings.get', { userId: 'x' }),
    happy: async () => {
      expect(await (await connect(await guest())).ok('settings.get', {})).toEqual(defaults);
    },
    repeated: async () => {
      const socket = await connect(await guest());
      expect(await socket.ok('settings.get', {})).toEqual(await socket.ok('settings.get', {}));
    },
  },
  'settings.patch': {
    anonymous: needsHandshake('settings.patch', { appearOffline: true }),
    stranger: instead('each user changes their own settings only', async () => {
      const [one, two] = [await connect(await guest()), await connect(await guest())];
      await one.ok('settings.patch', { appearOffline: true });
      expect(await two.ok('settings.get', {})).toEqual(defaults);
    }),
    invalid: refusesPayload('settings.patch', { whoMayAdd: 'friends' }, { appearOffline: 1 }),
    happy: async () => {
      const me = await guest();
      const socket = await connect(me);
      expect(await socket.ok('settings.patch', { whoMayAdd: 'nobody' })).toEqual({ ...defaults, whoMayAdd: 'nobody' });
      expect((await api(me).call('settings.get')).ok(200).whoMayAdd).toBe('nobody');
    },
    repeated: async () => {
      const socket = await connect(await guest());
      const patch = () => socket.ok('settings.patch', { appearOffline: true });
      expect(await patch()).toEqual(await patch());
    },
  },
} as const satisfies Record<string, Cases>;

export const settingsEventCases = {
  'settings.changed': eventCases({
    event: 'settings.changed',
    eventsAfterTwo: 1,
    stage: async () => {
      const people = await guests(2);
      const [me, other] = [itemAt(people, 0), itemAt(people, 1)];
      return {
        receivers: [me],
        bystanders: [other],
        cause: async () => void (await api(me).call('settings.patch', { body: { whoMayAdd: 'nobody' } })).ok(200),
        causeInvalid: async () =>
          void (await api(me).raw('settings.patch', { body: { whoMayAdd: 'friends' } })).problem('validation.failed'),
        fits: (payload) => payload.whoMayAdd === 'nobody',
      };
    },
  }),
} as const satisfies Record<string, Cases>;
