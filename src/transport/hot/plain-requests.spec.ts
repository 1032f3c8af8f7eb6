import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { plainRequest } from './plain-requests.js';

const id = '019a0000-0000-7000-8000-000000000001';
const json = { 'content-type': 'application/json', 'content-length': '2' };

function asked(method: string, url: string, headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
}

test.each([
  ['POST', `/v1/conversations/${id}/messages`, { name: 'message.send', params: { conversationId: id } }],
  ['PUT', `/v1/conversations/${id}/receipts`, { name: 'receipt.put', params: { conversationId: id } }],
  ['POST', '/v1/sync', { name: 'sync.post', params: {} }],
])('%s %s is plain', (method, url, plain) => {
  expect(plainRequest(asked(method, url, json))).toEqual(plain);
  expect(plainRequest(asked(method, url, { ...json, 'content-type': 'application/json; charset=utf-8' }))).toEqual(plain);
});

test.each([
  ['another route', 'POST', `/v1/conversations/${id}/messages/batch`, json],
  ['another method', 'PUT', `/v1/conversations/${id}/messages`, json],
  ['a query', 'POST', '/v1/sync?', json],
  ['a slash at the end', 'POST', '/v1/sync/', json],
  ['an escape', 'POST', '/v1/conversations/%30/messages', json],
  ['an empty parameter', 'POST', '/v1/conversations//messages', json],
  ['a parameter that is too long', 'POST', `/v1/conversations/${'x'.repeat(65)}/messages`, json],
  ['another host in the target', 'POST', 'http://x/v1/sync', json],
  ['a body of another type', 'POST', '/v1/sync', { ...json, 'content-type': 'text/plain' }],
  ['a body without a type', 'POST', '/v1/sync', { 'content-length': '2' }],
  ['a body of unknown length', 'POST', '/v1/sync', { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }],
  ['two lengths', 'POST', '/v1/sync', { ...json, 'transfer-encoding': 'chunked' }],
  ['no body', 'POST', '/v1/sync', { ...json, 'content-length': '0' }],
  ['a body over the limit', 'POST', '/v1/sync', { ...json, 'content-length': String(256 * 1024 + 1) }],
  ['a page of another origin', 'POST', '/v1/sync', { ...json, origin: 'https://chat.example.org' }],
  ['a body that is packed', 'POST', '/v1/sync', { ...json, 'content-encoding': 'gzip' }],
])('a request with %s is not plain', (_, method, url, headers) => {
  expect(plainRequest(asked(method, url, headers))).toBeUndefined();
});
