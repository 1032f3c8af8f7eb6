import { fileURLToPath } from 'node:url';
import { ChildServer } from './child-server.js';

/** A server of `lab/bench/references/` in a process of its own. */
export function startReference(name: 'bare-socketio' | 'bare-ws' | 'bare-fastify', nodeArgs: readonly string[] = []): Promise<ChildServer> {
  return ChildServer.start(fileURLToPath(new URL(`../references/${name}.js`, import.meta.url)), [], { nodeArgs });
}
