import { isOriginAllowed } from './origin.js';

const rules = { corsOrigins: ['https://app.example.org'], isProxyTrusted: false };
const from = (headers: Record<string, string>) => ({ headers });

describe('isOriginAllowed', () => {
  it('allows clients that are not browsers, pages of this server and configured pages', () => {
    expect(isOriginAllowed(from({}), rules)).toBe(true);
    expect(isOriginAllowed(from({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }), rules)).toBe(true);
    expect(isOriginAllowed(from({ origin: 'https://app.example.org', host: 'chat.example.org' }), rules)).toBe(true);
  });

  it('refuses other pages, other ports, opaque origins and malformed origins', () => {
    for (const origin of ['https://evil.example.org', 'http://127.0.0.1:4000', 'https://app.example.org.evil.example', 'null', '%']) {
      expect(isOriginAllowed(from({ origin, host: '127.0.0.1:3000' }), rules)).toBe(false);
    }
  });

  it('trusts a forwarded host only behind a trusted proxy', () => {
    const request = from({ origin: 'https://chat.example.org', host: '10.0.0.7:3000', 'x-forwarded-host': 'chat.example.org' });
    expect(isOriginAllowed(request, rules)).toBe(false);
    expect(isOriginAllowed(request, { ...rules, isProxyTrusted: true })).toBe(true);
  });
});
