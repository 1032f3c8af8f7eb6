import type { FastifyRequest } from 'fastify';
import { operatorTokenOf, refuseOtherSites } from './operator-request.js';

function request(method: string, headers: Record<string, string | undefined>, cookies: Record<string, string> = {}): FastifyRequest {
  return Object.assign(Object.create(null), { method, headers, cookies, host: 'chat.example' });
}

test('a change that a page of another site causes is refused, by what browsers say of it', () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://chat.example:8443' },
  ]) {
    expect(() => refuseOtherSites(request('POST', headers))).toThrow('another site');
  }
});

test('changes from the own page, typed addresses and programs pass; so does reading', () => {
  for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: 'https://chat.example' }, {}]) {
    expect(() => refuseOtherSites(request('POST', headers))).not.toThrow();
  }
  expect(() => refuseOtherSites(request('GET', { 'sec-fetch-site': 'cross-site' }))).not.toThrow();
});

test('a bearer comes before the cookie and needs no origin, the cookie does', () => {
  const cookies = { parley_operator: 'from-cookie' };
  expect(operatorTokenOf(request('POST', { authorization: 'Bearer from-header', 'sec-fetch-site': 'cross-site' }, cookies))).toBe(
    'from-header',
  );
  expect(operatorTokenOf(request('GET', {}, cookies))).toBe('from-cookie');
  expect(operatorTokenOf(request('GET', {}))).toBeUndefined();
  expect(() => operatorTokenOf(request('PUT', { 'sec-fetch-site': 'cross-site' }, cookies))).toThrow('another site');
});
