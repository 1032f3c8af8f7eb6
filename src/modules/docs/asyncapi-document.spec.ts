import { Parser } from '@asyncapi/parser';
import { commands } from '#contracts/commands.js';
import { events } from '#contracts/events.js';
import { asyncapiDocument, asyncapiYaml } from './asyncapi-document.js';

describe('the AsyncAPI document', () => {
  it('holds for the AsyncAPI parser, without an error or a warning about its content', async () => {
    const { document, diagnostics } = await new Parser().parse(asyncapiYaml());
    // Version 3.0 is promised; the parser would rather see its newest.
    expect(diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  });

  it('has every command with its ack and every event', () => {
    const { operations } = asyncapiDocument();
    const expected = [...Object.keys(commands).map((name) => `receive.${name}`), ...Object.keys(events).map((name) => `send.${name}`)];
    expect(Object.keys(operations)).toEqual(expected);
    for (const name of Object.keys(commands))
      expect(operations[`receive.${name}`]).toHaveProperty('reply.messages.0.$ref', `#/channels/${name}/messages/${name}.ack`);
  });

  it('refers to named schemas plainly', () => {
    const { schemas } = asyncapiDocument().components;
    expect(schemas['SendMessageInput']?.properties).toMatchObject({
      text: { $ref: '#/components/schemas/MessageText' },
      replyTo: { $ref: '#/components/schemas/Seq' },
    });
    expect(JSON.stringify(schemas)).not.toMatch(/"allOf":\[\{"\$ref":"[^"]+"\}\]\}/);
  });
});
