import { errorCatalogue, type ErrorSpec } from '#contracts/errors.js';
import { closingCodes, handshakeErrors, type ClosingCode } from '../../src/modules/docs/closing-codes.js';

/** docs/protocol/errors.md: the error catalogue, the errors of a refused handshake and the codes of `session.closing`. */
export function errorsMarkdown(): string {
  return [heading, catalogue(), handshake(), closing()].join('\n\n') + '\n';
}

const heading = [
  '# Errors',
  '',
  'Generated from `contracts/` by `npm run generate`; edit it there.',
  '',
  'Over REST an error is `application/problem+json` (RFC 9457) with `type, title, status, code, detail, requestId`; in an ack it is',
  '`{ "ok": false, "error": { code, message, retryable, requestId, retryAfterMs?, errors? } }`, both with the same code. *Retryable* means that the',
  'same request can succeed later without a change; wait for `retryAfterMs` if it is present. `requestId` finds the request in the server log.',
].join('\n');

function catalogue(): string {
  const rows = Object.entries<ErrorSpec>(errorCatalogue).map(
    ([code, { status, retryable, meaning }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
  );
  return ['## Catalogue', '', '| code | status | retryable | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function handshake(): string {
  const rows = handshakeErrors.map((code) => `| \`${code}\` | ${errorCatalogue[code].meaning} |`);
  return [
    '## Refused handshakes',
    '',
    'A client that may not connect receives `connect_error` with `data: { code }` before any event.',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

function closing(): string {
  const rows = Object.entries<ClosingCode>(closingCodes).map(([code, { meaning, duty }]) => `| \`${code}\` | ${meaning} | ${duty} |`);
  const intro =
    'Before the server closes a socket, it sends `session.closing` with one of these codes, and `retryAfterMs` where waiting helps.';
  return ['## Closing codes', '', intro, '', '| code | what happened | what the client does |', '| --- | --- | --- |', ...rows].join('\n');
}
