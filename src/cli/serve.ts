import type { Settings } from '#platform/config/config.js';
import { watchEventLoop } from '#platform/event-loop-watch.js';
import { createLog, flushLog, type Log } from '#platform/logging/log.js';
import { Siblings } from '#platform/siblings/siblings.js';
import { checkPort } from '../roles/check-port.js';
import { announce } from './announce.js';
import { serveProcesses } from './serve-processes.js';
import { StopSignals } from './stop-signals.js';

/** `parley serve`: runs until a signal stops it. Returns 0 after a requested stop, 1 if another process took over the database. */
export async function serveCommand(settings: Settings): Promise<number> {
  const siblings = await Siblings.join();
  // Before anything is created or loaded. The processes of a group share the port of their supervisor, which has checked it.
  if (siblings === undefined) await checkPort(settings);
  if (settings.processes > 1 && siblings === undefined) return serveProcesses(settings);
  const log = createLog({ level: settings.logLevel });
  exitOnUncaught(log);
  const signals = new StopSignals(log, settings.shutdownTimeoutMs);
  signals.listen();
  const endWatch = watchEventLoop(settings.stuckAfterMs);
  try {
    siblings?.onStop(() => signals.request(0));
    const onTaken = () => {
      log.fatal('another process has taken the database over');
      signals.request(1);
    };
    const { serve } = await import('../roles/serve.js');
    const server = await serve({ settings, log, onTaken, siblings });
    if (siblings === undefined) announce(settings, server.url, log);
    else siblings.reportReady(server.url);
    const exitCode = await signals.requested;
    await server.stop();
    log.info('stopped');
    return exitCode;
  } finally {
    await endWatch();
    await flushLog(log);
  }
}

/** Exits on an uncaught error, because the state is unknown. Acknowledged messages are safe, and the next start recovers. */
function exitOnUncaught(log: Log): void {
  const exit = (error: unknown) => {
    log.fatal({ err: error }, 'unforeseen error, exiting');
    void flushLog(log).finally(() => process.exit(1));
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}
