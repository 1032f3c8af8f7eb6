import { derivedSessionId } from './derived-session-id.js';

describe('derivedSessionId', () => {
  it('is the same UUIDv8 for the same session on every node', () => {
    const id = derivedSessionId('https://id.example.org', 'ada', 's1');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(derivedSessionId('https://id.example.org', 'ada', 's1')).toBe(id);
  });

  it('differs when the same text is split into other parts', () => {
    expect(derivedSessionId('a', 'bc', 'd')).not.toBe(derivedSessionId('ab', 'c', 'd'));
  });
});
