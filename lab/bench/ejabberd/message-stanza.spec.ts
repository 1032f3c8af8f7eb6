import { text200 } from '../generator/send-frame.js';
import { MessageStanza } from './message-stanza.js';

describe('MessageStanza', () => {
  it('has a new id each time and otherwise the same bytes', () => {
    const stanza = new MessageStanza({ to: 'b@localhost', type: 'chat', idPrefix: 'a-3-', trailer: '<r/>' });
    const sent = Array.from({ length: 300 }, () => stanza.next().toString());
    expect(sent[0]).toBe(`<message to='b@localhost' type='chat' id='a-3-000000000001'><body>${text200}</body></message><r/>`);
    expect(new Set(sent.map((text) => /id='a-3-(\d{12})'/.exec(text)?.[1])).size).toBe(300);
    expect(new Set(sent.map((text) => text.replace(/\d{12}/, ''))).size).toBe(1);
  });
});
