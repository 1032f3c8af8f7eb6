import { resolve } from 'node:path';
import type { Settings } from '../platform/config/config.js';
import { createLog, flushLog, type Log } from '../platform/logging/log.js';
import { parleyVersion } from '../platform/version.js';
import { serve, type Server } from '../roles/serve.js';
import { StopSignals } from './stop-signals.js';

/** `parley serve`: runs until a signal asks it to stop. Answers 0 after a graceful stop, 1 when it had to stop. */
export async function serveCommand(settings: Settings): Promise<number> {
  const log = createLog({ level: settings.logLevel });
  endOnUnforeseen(log);
  const signals = new StopSignals(log, settings.shutdownTimeoutMs);
  signals.listen();
  try {
    const server = await serve(settings, log, () => {
      log.fatal('another process has taken the database over');
      signals.request(1);
    });
    announce(server, log);
    const exitCode = await signals.requested;
    await server.stop();
    log.info('stopped');
    return exitCode;
  } finally {
    await flushLog(log);
  }
}

/** After an error nobody caught nothing is certain: log it and go. What was acknowledged is safe, and the next start recovers. */
function endOnUnforeseen(log: Log): void {
  const end = (err: unknown) => {
    log.fatal({ err }, 'unforeseen error, exiting');
    void flushLog(log).finally(() => process.exit(1));
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function announce({ config, url }: Server, log: Log): void {
  const startupMs = Math.round(performance.now());
  if (!process.stdout.isTTY) {
    log.info({ url, startupMs, role: config.role, version: parleyVersion() }, 'ready');
    return;
  }
  const lines: Array<readonly [string, string] | undefined> = [
    ['API', `${url}/v1`],
    config.docsEnabled ? ['API docs', `${url}/docs`] : undefined,
    config.docsEnabled ? ['Events', `${url}/docs/events`] : undefined,
    ['Dashboard', `${url}/admin/queues`],
    ['Data', resolve(config.dataDir)],
  ];
  const rows = lines.filter((line) => line !== undefined).map(([name, value]) => `  ${name.padEnd(11)}${value}`);
  process.stdout.write(
    `\n  Parley ${parleyVersion()} is ready after ${(startupMs / 1000).toFixed(1)} s. Ctrl-C stops it.\n\n${rows.join('\n')}\n\n`,
  );
}
