import { api } from '../../support/api.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest } from '../../support/people.js';
import { present } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect, connectRefused } from '../../support/sockets.js';
import { type Cases, instead } from './case.js';
import { floodedReader } from './flooded-reader.js';

/** A server for these cases alone, because they count its sockets to see when one is disconnected. */
let server: Server | undefined;

beforeAll(async () => {
  server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl) });
}, 60_000);

afterAll(() => server?.stop());

const url = () => present(server, 'server').url;

export const resyncEventCases = {
  'resync.required': {
    anonymous: instead('a client that never logged in receives no events, so it cannot fall behind', async () => {
      const refused = await connectRefused({ url: url() });
      expect(refused.events.names()).toEqual([]);
    }),
    stranger: instead('a member who reads at normal speed need not sync', async () => {
      const { slow, brisk } = await floodedReader(url());
      slow.close();
      await brisk.barrier();
      expect(brisk.of('resync.required')).toEqual([]);
    }),
    invalid: instead('one large ack does not count as falling behind', async () => {
      const me = await guest(undefined, url());
      const conversation = await makeConversation(me);
      const messages = Array.from({ length: 200 }, () => ({ text: 'x'.repeat(8000) }));
      (await api(me).call('message.sendBatch', { params: { conversationId: conversation.id }, body: { messages } })).ok(201);
      const socket = await connect(me);
      expect((await socket.ok('history.page', { conversationId: conversation.id, limit: 200 })).items).toHaveLength(200);
      await socket.barrier();
      expect(socket.of('resync.required')).toEqual([]);
    }),
    happy: async () => {
      const { slow } = await floodedReader(url());
      slow.readAgain();
      await slow.closed;
      expect(slow.namesOfEvents()).toContain('resync.required');
      expect(slow.namesOfEvents().slice(-2)).toEqual(['resync.required', 'session.closing']);
    },
    repeated: async () => {
      const { slow } = await floodedReader(url());
      slow.readAgain();
      await slow.closed;
      expect(slow.namesOfEvents().filter((name) => name === 'resync.required')).toHaveLength(1);
    },
  },
} as const satisfies Record<string, Cases>;
