import { bearerToken } from './bearer-token.js';

test.each(['Bearer abc', 'bearer abc', 'BEARER  abc'])('%p carries a token', (authorization) => {
  expect(bearerToken({ authorization })).toBe('abc');
});

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'abc', 'Bearer a b', 'xBearer abc'])('%p carries none', (authorization) => {
  expect(bearerToken({ authorization })).toBeUndefined();
});
