import { z } from 'zod';
import { routes, type RouteSpec } from '#contracts/routes.js';
import { AppError } from '#platform/errors/app-error.js';
import { integerFields, requestParser } from './parse-request.js';

const conversationId = '0197a1f0-0000-7000-8000-000000000001';
const none = { params: {}, query: {}, body: undefined };

function errorsOf(parse: () => unknown): unknown {
  try {
    parse();
  } catch (error) {
    return error instanceof AppError && error.code === 'validation.failed' ? error.errors : error;
  }
  return undefined;
}

describe('the input of a route', () => {
  const history = requestParser(routes['message.history']);

  it('turns plain decimals of path and query into integers', () => {
    const parsed = requestParser(routes['message.get'])({ ...none, params: { conversationId, seq: '12' } });
    expect(parsed.params).toEqual({ conversationId, seq: 12 });
    expect(history({ ...none, params: { conversationId }, query: { before: '9', limit: '5' } }).query).toEqual({ before: 9, limit: 5 });
  });

  it.each(['', ' 1', '01', '+1', '-1', '1.0', '1e3', '0x1', '٣', '99999999999999999999'])('does not take %p for an integer', (text) => {
    expect(errorsOf(() => history({ ...none, params: { conversationId }, query: { before: text } }))).toEqual([
      { path: 'before', message: expect.any(String) },
    ]);
  });

  it('leaves digits alone where the schema wants text', () => {
    expect(requestParser(routes['message.search'])({ ...none, query: { q: '123' } }).query).toEqual({ q: '123' });
  });

  it('refuses a repeated query key, and names every field that is unknown', () => {
    expect(errorsOf(() => history({ ...none, params: { conversationId }, query: { limit: ['5', '6'], extra: '1' } }))).toEqual([
      { path: 'limit', message: expect.any(String) },
      { path: 'extra', message: 'is not a known field' },
    ]);
  });

  it('refuses query and body where the route takes none', () => {
    const spec: RouteSpec = routes['auth.logout'];
    const logout = requestParser(spec);
    expect(logout({ ...none, body: {} })).toEqual({ params: undefined, query: undefined, body: undefined });
    expect(errorsOf(() => logout({ ...none, query: { a: '1' }, body: { b: 1 } }))).toHaveLength(2);
  });

  it('takes no body for an empty one, and null for none of both', () => {
    const guest = requestParser(routes['auth.guest']);
    expect(guest(none).body).toEqual({});
    expect(errorsOf(() => guest({ ...none, body: null }))).toHaveLength(1);
  });

  it('knows the integers of optional, nullable, refined and defaulted fields', () => {
    const schema = z
      .strictObject({ a: z.int().optional(), b: z.int().nullable(), c: z.int().default(1), d: z.string(), e: z.number() })
      .refine(() => true);
    expect(integerFields(schema)).toEqual(['a', 'b', 'c', 'e']);
  });
});
