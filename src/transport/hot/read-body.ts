import type { IncomingMessage } from 'node:http';

/** Calls `done` with the whole body, or `fail` when its sender leaves before the end; one of them, once. The HTTP server holds it to its announced length. */
export function readBody(request: IncomingMessage, done: (body: Buffer) => void, fail: (err: Error) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const [first] = chunks;
    done(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
  });
  request.once('error', fail);
}
