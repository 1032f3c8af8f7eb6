import fc from 'fast-check';
import { Decoder } from 'socket.io-parser';
import { readEvent } from './read-event.js';

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('message.send', 'a.b', '.') },
  fc.constantFrom('connect', 'disconnect', 'newListener', 'x'),
  fc.string(),
  fc.jsonValue(),
);
const id = fc.oneof(
  fc.constant(''),
  fc.nat().map(String),
  fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
  fc.constantFrom('01', ' ', '1e3', '-1'),
);
const event = fc
  .tuple(id, fc.constantFrom('', '', '/other,'), fc.array(fc.jsonValue(), { maxLength: 3 }), name)
  .map(([ackId, namespace, args, first]) => `2${namespace}${ackId}${JSON.stringify([first, ...args])}`);
const packet = fc.oneof(
  { weight: 4, arbitrary: event },
  fc.string(),
  fc.string().map((rest) => `2${rest}`),
  fc.constantFrom('2[', '2[]', '2', '', '3["a.b"]', '2["a.b"'),
);

/** The packet as Socket.IO's own parser reads it. */
function parsed(text: string): unknown {
  const decoder = new Decoder();
  let found: unknown;
  decoder.on('decoded', (one: unknown) => (found = one));
  decoder.add(text);
  return found;
}

test('readEvent reads the same as the parser of Socket.IO', () => {
  let read = 0;
  fc.assert(
    fc.property(packet, (text) => {
      const event = readEvent(text);
      if (event === undefined) return;
      read += 1;
      const { args, ackId } = event;
      expect(parsed(text)).toEqual({ type: 2, nsp: '/', data: args, ...(ackId === undefined ? {} : { id: ackId }) });
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});

test.each([
  ['with an id', '217["message.send",{"a":1}]', { args: ['message.send', { a: 1 }], ackId: 17 }],
  ['without', '2["typing.start",{}]', { args: ['typing.start', {}], ackId: undefined }],
])('an event %s is read', (_, text, expected) => {
  expect(readEvent(text)).toEqual(expected);
});

test.each([
  ['a name of Socket.IO', '2["disconnect"]'],
  ['another namespace', '2/other,["a.b"]'],
  ['an answer', '31["a.b"]'],
  ['an attachment', '51-["a.b",{"_placeholder":true,"num":0}]'],
  ['no JSON', '21["a.b",]'],
  ['no list', '21{"a.b":1}'],
  ['an id that is no exact number', '21234567890123456["a.b"]'],
  ['bytes', Buffer.from('2["a.b"]')],
])('%s is left to the parser', (_, text) => {
  expect(readEvent(text)).toBeUndefined();
});
