import { isOriginAllowed } from './origin.js';

const rules = { corsOrigins: ['https://app.example.org'], isProxyTrusted: false };
const from = (headers: Record<string, string>) => ({ headers });

describe('the origin of a socket', () => {
  it('lets in who is not a browser, the own page and configured pages', () => {
    expect(isOriginAllowed(from({}), rules)).toBe(true);
    expect(isOriginAllowed(from({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }), rules)).toBe(true);
    expect(isOriginAllowed(from({ origin: 'https://app.example.org', host: 'chat.example.org' }), rules)).toBe(true);
  });

  it('refuses other pages, other ports, opaque and broken origins', () => {
    for (const origin of ['https://evil.example.org', 'http://127.0.0.1:4000', 'https://app.example.org.evil.example', 'null', '%']) {
      expect(isOriginAllowed(from({ origin, host: '127.0.0.1:3000' }), rules)).toBe(false);
    }
  });

  it('believes a forwarded host only behind a trusted proxy', () => {
    const request = from({ origin: 'https://chat.example.org', host: '10.0.0.7:3000', 'x-forwarded-host': 'chat.example.org' });
    expect(isOriginAllowed(request, rules)).toBe(false);
    expect(isOriginAllowed(request, { ...rules, isProxyTrusted: true })).toBe(true);
  });
});
