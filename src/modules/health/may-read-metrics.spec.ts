import { mayReadMetrics } from './may-read-metrics.js';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({ headers, socket: { remoteAddress } });

test('without a token this machine may read, whatever form its address has', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) expect(mayReadMetrics(from(address), undefined)).toBe(true);
});

test('without a token no other machine may read, not even through a proxy on this machine', () => {
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', undefined])
    expect(mayReadMetrics(from(address), undefined)).toBe(false);
  expect(mayReadMetrics(from('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }), undefined)).toBe(false);
  expect(mayReadMetrics(from('127.0.0.1', { forwarded: 'for=1.2.3.4' }), undefined)).toBe(false);
});

test('with a token configured, every reader must send it, on this machine too', () => {
  expect(mayReadMetrics(from('10.0.0.1', { authorization: 'Bearer secret-1' }), 'secret-1')).toBe(true);
  expect(mayReadMetrics(from('10.0.0.1', { authorization: 'bearer secret-1' }), 'secret-1')).toBe(true);
  for (const authorization of ['Bearer secret-2', 'Bearer ', 'Basic secret-1', 'secret-1', 'Bearer secret-1 x']) {
    expect(mayReadMetrics(from('127.0.0.1', { authorization }), 'secret-1')).toBe(false);
  }
  expect(mayReadMetrics(from('127.0.0.1'), 'secret-1')).toBe(false);
});
