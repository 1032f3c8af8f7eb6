import { createServer } from 'node:net';
import { errorCode } from '#platform/errors/error-facts.js';
import { StartError } from '#platform/start-error.js';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Throws a `StartError` if nothing can listen there. Call it before anything is created, such as the embedded database. */
export async function checkPort({ host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
    });
  } catch (error) {
    throw explainListenError(error, { host, port });
  }
}

/** A `StartError` that says what to change, if the operator can; otherwise the error itself. */
export function explainListenError(error: unknown, { host, port }: ListenAddress): unknown {
  const code = errorCode(error);
  if (code === 'EADDRINUSE')
    return new StartError(`Port ${port} of ${host} is in use; choose another one with --port, or --port 0 for any free one`);
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
    return new StartError(`Parley may not listen on ${host}, port ${port} (${code}); see --host and --port`);
  return error;
}
