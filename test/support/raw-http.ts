import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export interface RawRequest {
  readonly method: string;
  /** Sent as it is, so that it may be malformed. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

/** Sends a request that `fetch` would correct or refuse, such as a path that cannot be decoded or a body of a GET. */
export function sendRaw(baseUrl: string, { method, path, headers, body }: RawRequest): Promise<Response> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const status = incoming.statusCode ?? 0;
        const answered = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
        resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers: answered }));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
