import { randomUUID } from 'node:crypto';
import { limits } from '#contracts/limits.js';
import { api, readAnswer } from '../../support/api.js';
import { Problem } from '../../support/contract-check.js';
import { nextServerUrl } from '../../support/environment.js';
import { sendRaw } from '../../support/raw-http.js';
import { guest } from '../../support/people.js';
import { say, scene } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';
import { within } from '../../support/until.js';

const frameBytesMax = 131_072;
const textBytesMax = 8192;

/** Sends a packet that the client library would not write. */
function sendPacket(socket: TestSocket, packet: string): void {
  socket.socket.io.engine.write(packet);
}

/** The ack of a packet sent by `sendPacket` with this id. */
function ackOf(socket: TestSocket, id: number): Promise<unknown> {
  return within(
    10_000,
    `an ack of packet ${id}`,
    new Promise((resolve) => {
      socket.socket.io.engine.on('data', (packet) => {
        if (!String(packet).startsWith(`3${id}[`)) return;
        const [ack]: unknown[] = JSON.parse(String(packet).slice(`3${id}`.length));
        resolve(ack);
      });
    }),
  );
}

describe('numbers', () => {
  test.each(['653247040368672769', '9007199254740993', '0.1234567890123456789', '-1e-400'])(
    'the number %s in metadata is refused over REST and socket, because it would come back changed',
    async (number) => {
      const { owner, conversationId } = await scene();
      const answer = await api(owner).raw('message.send', {
        params: { conversationId },
        text: `{"text":"x","metadata":{"a":[{"id":${number}}]}}`,
      });
      expect(answer.problem('validation.failed').errors).toEqual([{ path: 'metadata.a.0.id', message: expect.stringContaining('string') }]);
      const profile = await api(owner).raw('user.patchMe', { text: `{"metadata":{"id":${number}}}` });
      expect(profile.problem('validation.failed').errors).toMatchObject([{ path: 'metadata.id' }]);
      const socket = await connect(owner);
      const input = `{"conversationId":"${conversationId}","clientId":"${randomUUID()}","metadata":{"id":${number}}}`;
      // The second packet names its namespace, so that Socket.IO's own parser reads it.
      for (const [id, packet] of [
        [7001, `27001["message.send",${input}]`],
        [7002, `2/,7002["message.send",${input}]`],
      ] as const) {
        const ack = ackOf(socket, id);
        sendPacket(socket, packet);
        expect(await ack).toMatchObject({ ok: false, error: { code: 'validation.failed', errors: [{ path: 'metadata.id' }] } });
      }
    },
  );

  test('a number over the largest float is refused as well', async () => {
    const { owner, conversationId } = await scene();
    const answer = await api(owner).raw('message.send', { params: { conversationId }, text: '{"text":"x","metadata":{"a":1e400}}' });
    answer.problem('validation.failed');
    const socket = await connect(owner);
    const ack = ackOf(socket, 7003);
    sendPacket(socket, `27003["message.send",{"conversationId":"${conversationId}","clientId":"${randomUUID()}","metadata":{"a":1e400}}]`);
    expect(await ack).toMatchObject({ ok: false, error: { code: 'validation.failed' } });
  });

  test('every number that a 64-bit float holds comes back with its value, before and after it is persisted', async () => {
    const { owner, conversationId } = await scene();
    const metadata = { a: 9007199254740991, b: 9007199254740992, c: 1e22, d: 0.1, e: 0.30000000000000004, f: -1.5e300, g: 5e-324, h: 1e5 };
    const sent = await say(owner, conversationId, 'numbers', { metadata });
    expect(sent.metadata).toEqual(metadata);
    const params = { conversationId, seq: sent.seq };
    expect((await api(owner).call('message.get', { params })).ok(200).metadata).toEqual(metadata);
    // An edit stores the message first.
    const edited = (await api(owner).call('message.edit', { params, body: { text: 'edited' } })).ok(200);
    expect(edited.metadata).toEqual(metadata);
  });

  test('the limit of metadata counts bytes, not characters', async () => {
    const { owner, conversationId } = await scene();
    const params = { conversationId };
    const overhead = Buffer.byteLength('{"k":""}');
    const fits = '漢'.repeat(Math.floor((limits.metadataBytesMax - overhead) / 3));
    (await api(owner).call('message.send', { params, body: { metadata: { k: fits } } })).ok(201);
    const problem = (await api(owner).call('message.send', { params, body: { metadata: { k: `${fits}漢` } } })).problem('payload.tooLarge');
    expect(problem).toMatchObject({ limit: 4096, errors: [{ path: 'metadata', message: 'is over 4096 bytes' }] });
  });
});

describe('sizes', () => {
  test.each([textBytesMax + 1, 65_536, 65_537, 100_000])(
    'a text of %d bytes is refused with payload.tooLarge and the limit, sent, edited, in a batch, over REST and socket',
    async (bytes) => {
      const { owner, conversationId } = await scene();
      const [text, params] = ['x'.repeat(bytes), { conversationId }];
      const client = api(owner);
      const problems = [
        await client.call('message.send', { params, body: { text } }),
        await client.call('message.sendBatch', { params, body: { messages: [{ text: 'short' }, { text }] } }),
        await client.call('message.edit', { params: { ...params, seq: 1 }, body: { text } }),
      ].map((answer) => answer.problem('payload.tooLarge'));
      expect(problems.map(({ limit }) => limit)).toEqual([textBytesMax, textBytesMax, textBytesMax]);
      expect(problems.map(({ errors }) => errors?.[0]?.path)).toEqual(['text', 'messages.1.text', 'text']);
      const socket = await connect(owner);
      const sent = await socket.fails('message.send', { conversationId, clientId: randomUUID(), text }, 'payload.tooLarge');
      const edited = await socket.fails('message.edit', { conversationId, seq: 1, text }, 'payload.tooLarge');
      expect([sent.limit, edited.limit]).toEqual([textBytesMax, textBytesMax]);
    },
  );

  test('a batch and a body over their limits are refused with payload.tooLarge and the limit', async () => {
    const { owner, conversationId } = await scene();
    const params = { conversationId };
    const messages = Array.from({ length: limits.batchMessagesMax + 1 }, () => ({ text: 'x' }));
    const batch = await api(owner).raw('message.sendBatch', { params, body: { messages } });
    expect(batch.problem('payload.tooLarge')).toMatchObject({ limit: 500, errors: [{ path: 'messages' }] });
    const body = await api(owner).raw('message.send', { params, body: { text: 'x'.repeat(270_000) } });
    expect(body.problem('payload.tooLarge').limit).toBe(256 * 1024);
  });

  test('a frame of 140 kB fails its command with payload.tooLarge, and session.closing states the limit before the close', async () => {
    const { owner, conversationId } = await scene();
    for (const transports of [['websocket'], ['polling']] as const) {
      const socket = await connect(owner, { transports: [...transports] });
      const text = 'x'.repeat(140_000);
      const error = await socket.fails('message.send', { conversationId, clientId: randomUUID(), text }, 'payload.tooLarge');
      expect(error.limit).toBe(frameBytesMax);
      const closing = await socket.waitFor('session.closing');
      expect(closing).toMatchObject({
        code: 'limit',
        reason: expect.stringContaining('131072'),
        error: { code: 'payload.tooLarge', limit: frameBytesMax },
      });
      await within(10_000, 'the socket closes', socket.closed);
    }
  });

  test('a frame of any size is refused at its first bytes, and session.closing comes before the close', async () => {
    const { owner, conversationId } = await scene();
    const socket = await connect(owner);
    socket.socket.emit('message.send', { conversationId, clientId: randomUUID(), text: 'x'.repeat(5_000_000) });
    expect(await socket.waitFor('session.closing')).toMatchObject({
      code: 'limit',
      error: { code: 'payload.tooLarge', limit: frameBytesMax },
    });
    await within(10_000, 'the socket closes', socket.closed);
  });

  test.each(['2["message.send",{', '9', '51-["a.b",{"_placeholder":true,"num":5}]', '2[]'])(
    'the packet %j, which is no Socket.IO, closes the socket after session.closing',
    async (packet) => {
      const socket = await connect(await guest());
      sendPacket(socket, packet);
      if (packet.startsWith('51-')) socket.socket.io.engine.write(Buffer.from('x'));
      expect(await socket.waitFor('session.closing')).toMatchObject({ code: 'malformed', retryAfterMs: expect.any(Number) });
      await within(10_000, 'the socket closes', socket.closed);
    },
  );
});

describe('what common clients send', () => {
  test('ids in upper case name the same things, and answers have lower case', async () => {
    const { owner, member, conversationId } = await scene();
    const [upper, clientId] = [conversationId.toUpperCase(), randomUUID()];
    const body = { clientId: clientId.toUpperCase(), text: 'hi', mentions: [member.userId.toUpperCase(), member.userId] };
    const sent = (await api(owner).call('message.send', { params: { conversationId: upper }, body })).ok(201);
    expect(sent).toMatchObject({ conversationId, clientId, mentions: [member.userId] });
    const again = await api(owner).call('message.send', {
      params: { conversationId },
      body: { ...body, clientId, mentions: [member.userId, member.userId] },
    });
    expect(again.ok(200).id).toBe(sent.id);
    const socket = await connect(owner);
    const page = await socket.ok('history.page', { conversationId: upper, sender: owner.userId.toUpperCase() });
    expect(page.items.map(({ id }) => id)).toContain(sent.id);
    expect((await api(owner).call('user.get', { params: { userId: member.userId.toUpperCase() } })).ok(200).id).toBe(member.userId);
  });

  test('times without milliseconds, with more decimals and with an offset bound a page as the same moment in UTC does', async () => {
    const { owner, conversationId, message } = await scene();
    const at = Date.parse(message.createdAt);
    const second = (time: number) => new Date(time).toISOString().slice(0, 19);
    const bounds = [
      { from: `${second(at)}Z`, to: `${second(at + 2000)}Z` },
      { from: `${second(at)}.000000001Z`, to: message.createdAt.replace('Z', '999Z') },
      { from: `${second(at + 7_200_000)}+02:00`, to: `${second(at - 3_600_000 + 2000)}-01:00` },
    ];
    const socket = await connect(owner);
    for (const query of bounds) {
      const page = (await api(owner).call('message.history', { params: { conversationId }, query })).ok(200);
      expect(page.items.map(({ id }) => id)).toEqual([message.id]);
      expect((await socket.ok('history.page', { conversationId, ...query })).items).toEqual(page.items);
      expect((await api(owner).call('message.search', { query: { q: 'first', ...query } })).status).toBe(200);
    }
  });

  test('times outside of the years 1 to 9999 and other texts are refused, not passed on', async () => {
    const { owner, conversationId } = await scene();
    for (const from of [
      '0000-01-01T00:00:00.000Z',
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-14:00',
      '+275760-09-13T00:00:00.000Z',
      'now',
    ]) {
      (await api(owner).raw('message.history', { params: { conversationId }, query: { from } })).problem('validation.failed');
      (await api(owner).raw('message.search', { query: { q: 'x', from } })).problem('validation.failed');
    }
  });

  test('a page without a limit has as many items as the documents say', async () => {
    const { owner, conversationId } = await scene();
    const params = { conversationId };
    const messages = Array.from({ length: 60 }, (_, index) => ({ text: `${index}` }));
    (await api(owner).call('message.sendBatch', { params, body: { messages } })).ok(201);
    expect((await api(owner).call('message.history', { params })).ok(200).items).toHaveLength(50);
    const socket = await connect(owner);
    expect((await socket.ok('history.page', params)).items).toHaveLength(50);
  });
});

describe('answers', () => {
  test.each([
    ['a path that cannot be decoded', 'GET', '/v1/users/%ff'],
    ['a path with a malformed escape', 'GET', '/v1/conversations/%zz/messages'],
    ['a parameter that is too long', 'GET', `/v1/users/${'x'.repeat(2000)}`],
    ['an unknown path', 'GET', '/nowhere'],
    ['an unknown method', 'FOO', '/v1/users/me'],
  ])('the answer to %s is a problem with the same request id in its header', async (_, method, path) => {
    const response = await sendUnchecked(method, path, {});
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const problem = Problem.parse(await response.json());
    expect(response.headers.get('x-request-id')).toBe(problem.requestId);
  });

  test("a client's own request id comes back, also for a path that cannot be decoded", async () => {
    const response = await sendUnchecked('GET', '/v1/users/%ff', { 'x-request-id': 'mine-7' });
    expect(response.headers.get('x-request-id')).toBe('mine-7');
  });

  test('headers over their limit are refused with payload.tooLarge and the limit', async () => {
    const response = await sendUnchecked('GET', '/v1/users/me', { 'x-large': 'x'.repeat(20_000) });
    const { body } = await readAnswer('user.me', response);
    expect(body).toMatchObject({ code: 'payload.tooLarge', limit: 16_384 });
  });

  test('a body that is not UTF-8 is refused, so that no text is stored with other characters', async () => {
    const { owner, conversationId } = await scene();
    const headers = { authorization: `Bearer ${owner.accessToken}`, 'content-type': 'application/json' };
    const path = `/v1/conversations/${conversationId}/messages`;
    const response = await sendRaw(nextServerUrl(), { method: 'POST', path, headers, body: Buffer.from('{"text":"caf\xe9"}', 'latin1') });
    (await readAnswer('message.send', response)).problem('validation.failed');
    const kept = await say(owner, conversationId, 'a sent \ufffd stays');
    expect(kept.text).toBe('a sent \ufffd stays');
  });
});

test('an avatar address that the database cannot hold is refused', async () => {
  for (const avatarUrl of ['https://x/\0', 'https://x/\ud800'])
    (await api(await guest()).raw('user.patchMe', { body: { avatarUrl } })).problem('validation.failed');
});

describe('positions', () => {
  test('the largest position is a position like any other', async () => {
    const { owner, conversationId, message } = await scene();
    const seq = 2_147_483_647;
    const params = { conversationId };
    const read = async (query: object) => (await api(owner).call('message.history', { params, query })).ok(200);
    expect((await read({ after: seq })).items).toEqual([]);
    expect((await read({ after: seq })).hasOlder).toBe(true);
    expect((await read({ before: seq })).items.map(({ id }) => id)).toEqual([message.id]);
    expect((await read({ around: seq })).items.map(({ id }) => id)).toEqual([message.id]);
    (await api(owner).call('message.get', { params: { ...params, seq } })).problem('message.notFound');
    expect((await api(owner).call('receipt.put', { params, body: { readSeq: seq } })).ok(200).readSeq).toBe(1);
  });

  test('positions and numbers beyond their range are refused', async () => {
    const { owner, conversationId } = await scene();
    for (const value of ['2147483648', '9007199254740993', '-1', '1e3', '1.5'])
      (await api(owner).raw('message.history', { params: { conversationId }, query: { after: value } })).problem('validation.failed');
  });
});

function sendUnchecked(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return sendRaw(nextServerUrl(), { method, path, headers });
}
