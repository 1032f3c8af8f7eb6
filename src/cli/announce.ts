import { resolve } from 'node:path';
import type { Settings } from '#platform/config/config.js';
import type { Log } from '#platform/logging/log.js';
import { parleyVersion } from '#platform/version.js';

/** Announces that the server is ready, with its addresses: as a table on a terminal, otherwise as a log line. */
export function announce(settings: Settings, url: string, log: Log): void {
  const startupMs = Math.round(performance.now());
  const { role, processes, docsEnabled, dataDir } = settings;
  if (!process.stdout.isTTY) {
    log.info({ url, startupMs, role, processes, version: parleyVersion() }, 'ready');
    return;
  }
  const lines: Array<readonly [string, string] | undefined> = [
    ['API', `${url}/v1`],
    docsEnabled ? ['API docs', `${url}/docs`] : undefined,
    docsEnabled ? ['Events', `${url}/docs/events`] : undefined,
    ['Dashboard', `${url}/admin/queues`],
    processes > 1 ? ['Processes', String(processes)] : ['Data', resolve(dataDir)],
  ];
  const rows = lines.filter((line) => line !== undefined).map(([name, value]) => `  ${name.padEnd(11)}${value}`);
  process.stdout.write(
    `\n  Parley ${parleyVersion()} is ready after ${(startupMs / 1000).toFixed(1)} s. Ctrl-C stops it.\n\n${rows.join('\n')}\n\n`,
  );
}
