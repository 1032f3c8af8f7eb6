import { Parser } from '@asyncapi/parser';
import { commands } from '#contracts/commands.js';
import { events } from '#contracts/events.js';
import { asyncapiDocument, asyncapiYaml } from './asyncapi-document.js';

describe('the AsyncAPI document', () => {
  it('passes the AsyncAPI parser without an error or a warning about its content', async () => {
    const { document, diagnostics } = await new Parser().parse(asyncapiYaml());
    // The document is written in 3.0; the parser suggests its newest version.
    expect(diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  });

  it('contains every command with its ack, and every event', () => {
    const { operations } = asyncapiDocument();
    const expected = [...Object.keys(commands).map((name) => `receive.${name}`), ...Object.keys(events).map((name) => `send.${name}`)];
    expect(Object.keys(operations)).toEqual(expected);
    for (const name of Object.keys(commands))
      expect(operations[`receive.${name}`]).toHaveProperty('reply.messages.0.$ref', `#/channels/${name}/messages/${name}.ack`);
  });

  it('carries the description and the example of every command, ack and event', () => {
    const { messages } = asyncapiDocument().components;
    for (const [name, { description, example }] of Object.entries(commands)) {
      expect(messages[name]).toMatchObject({ description, examples: [{ payload: example.input }] });
      expect(messages[`${name}.ack`]).toMatchObject({ examples: [{ payload: { ok: true, data: example.data } }] });
    }
    for (const [name, { description, example }] of Object.entries(events))
      expect(messages[name]).toMatchObject({ description, examples: [{ payload: example }] });
  });

  it('names and describes the payload of every event', () => {
    const { messages, schemas } = asyncapiDocument().components;
    for (const name of Object.keys(events))
      expect(messages[name]).toHaveProperty('payload.$ref', expect.stringMatching(/^#\/components\/schemas\/[A-Z]/));
    expect(Object.keys(schemas).filter((name) => schemas[name]?.description === undefined)).toEqual([]);
  });

  it('refers to named schemas without a wrapper', () => {
    const { schemas } = asyncapiDocument().components;
    expect(schemas['SendMessageInput']?.properties).toMatchObject({
      text: { $ref: '#/components/schemas/MessageText' },
      replyTo: { $ref: '#/components/schemas/Seq' },
    });
    // A reference with a description of its own needs the wrapper.
    expect(JSON.stringify(schemas)).not.toMatch(/\{"allOf":\[\{"\$ref":"[^"]+"\}\]\}/);
  });
});
