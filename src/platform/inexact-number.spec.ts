import fc from 'fast-check';
import { findInexactNumber } from './inexact-number.js';

test.each([
  '9007199254740993',
  '653247040368672769',
  '-653247040368672769',
  '0.1234567890123456789',
  '123456789.123456789',
  '12345678901234567e400',
  '1E-400',
  '9007199254740993.0',
  '0.10000000000000000001e1',
])('%s is found, because a 64-bit float cannot hold it', (number) => {
  expect(findInexactNumber(`{"a":{"b":[true,"x", ${number}]}}`)).toBe('a.b.2');
});

test.each([
  '9007199254740992',
  '10000000000000000000000',
  '1e22',
  '1.50e3',
  '0.30000000000000004',
  '5e-324',
  '-0.0',
  '0e999',
  '100.00',
  '1E+2',
])('%s comes back with the same value, so it is left alone', (number) => {
  expect(findInexactNumber(`[1,{"a":${number}}]`)).toBeUndefined();
});

test('digits in texts and keys are no numbers', () => {
  expect(findInexactNumber('{"9007199254740993":"\\\\\\":9007199254740993","b":"1e400, 1e400"}')).toBeUndefined();
  expect(findInexactNumber('{"k\\"\\u00fc":[[],{"x":1},[0,1e-999]]}')).toBe('k"ü.2.1');
});

test('every JSON that JavaScript writes is exact', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(findInexactNumber(JSON.stringify(value))).toBeUndefined()));
});

test('a very long number is judged in time proportional to its length', () => {
  expect(findInexactNumber(`[0.${'0'.repeat(500_000)}1]`)).toBe('0');
  expect(findInexactNumber(`{"a":1${'0'.repeat(300)}}`)).toBeUndefined();
});
