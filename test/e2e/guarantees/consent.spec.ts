import { api } from '../../support/api.js';
import { guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { say } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';

test('neither user of a direct conversation can limit the other by a policy', async () => {
  const people = await guests(2);
  const [me, peer] = [itemAt(people, 0), itemAt(people, 1)];
  const direct = { type: 'direct' as const, memberIds: [peer.userId] };
  const socket = await connect(me);
  for (const policy of [{ slowModeSeconds: 86_400 }, { post: 'owner' }, { editWindowSeconds: 1 }, { retentionSeconds: 60 }] as const) {
    const problem = (await api(me).raw('conversation.create', { body: { ...direct, policy } })).problem('validation.failed');
    expect(problem.errors?.map((error) => error.path)).toEqual(['policy']);
    await socket.fails('conversation.create', { ...direct, policy }, 'validation.failed');
  }
  const { id: conversationId } = (await api(me).call('conversation.create', { body: direct })).ok(201);
  const params = { conversationId };
  for (const caller of [me, peer]) {
    (await api(caller).call('conversation.patch', { params, body: { policy: { slowModeSeconds: 86_400 } } })).problem('forbidden');
  }
  for (const text of ['one', 'two']) await say(peer, conversationId, text);
});
