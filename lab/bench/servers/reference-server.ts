import { builtProgram } from '../../support/paths.js';
import { ServerProcess } from './server-process.js';

/** Starts a server of `lab/bench/references/` in a process of its own. */
export function startReference(
  name: 'bare-socketio' | 'bare-ws' | 'bare-fastify',
  nodeArgs: readonly string[] = [],
): Promise<ServerProcess> {
  return ServerProcess.start(builtProgram(`bench/references/${name}`), { nodeArgs });
}
