import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { systemEnvironment } from '../../../src/platform/config/system-environment.js';
import type { ProcessSpec } from '../../../tools/cluster/supervised-process.js';
import { ejabberdConfig, type EjabberdPlaces } from './ejabberd-config.js';
import { findEjabberd } from './ejabberd-package.js';

const stopGraceSeconds = 30;
/** The flags of Debian's start script. */
const erlangFlags = ['+K', 'true', '+P', '250000'];

/**
 * ejabberd as a process with all its files in the folder. Erlang starts without a node name, so there is no port for other nodes, no
 * cookie and no epmd, which would outlive it.
 */
export async function ejabberdService(folder: string, places: EjabberdPlaces): Promise<ProcessSpec> {
  const { erlang, libraries } = findEjabberd();
  const config = join(folder, 'ejabberd.yml');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(config, ejabberdConfig(places), { mode: 0o600 });
  return {
    name: 'ejabberd',
    program: erlang,
    args: ['-noinput', ...erlangFlags, '-mnesia', 'dir', `"${join(folder, 'spool')}"`, '-ejabberd', 'quiet', 'true', '-s', 'ejabberd'],
    environment: {
      ...systemEnvironment(),
      HOME: folder,
      ERL_LIBS: libraries,
      ERL_MAX_PORTS: '32000',
      ERL_CRASH_DUMP_BYTES: '0',
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
      CONTRIB_MODULES_PATH: join(folder, 'modules'),
    },
    directory: folder,
    stopSignal: 'SIGTERM',
    stopGraceSeconds,
    isReady: () => isListening(places.clientPort),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
