import type { Settings } from '#platform/config/config.js';
import { createLog, flushLog } from '#platform/logging/log.js';
import { ProcessDidNotStart, Supervisor } from '#platform/siblings/supervisor.js';
import { announce } from './announce.js';
import { StopSignals } from './stop-signals.js';

/** Lets each process use its own time to stop before the supervisor gives up. */
const patienceMs = 1000;

/** `parley serve --processes N`: runs N processes on one port until a signal stops them. Returns the exit code. */
export async function serveProcesses(settings: Settings): Promise<number> {
  const log = createLog({ level: settings.logLevel });
  const signals = new StopSignals(log, settings.shutdownTimeoutMs + patienceMs);
  signals.listen();
  const supervisor = await Supervisor.open(settings.processes, log);
  try {
    announce(settings, await supervisor.start(), log);
  } catch (error) {
    await supervisor.stop();
    await flushLog(log);
    if (error instanceof ProcessDidNotStart) return error.exitCode === 0 ? 1 : error.exitCode;
    throw error;
  }
  const requested = await signals.requested;
  const exitCode = await supervisor.stop();
  log.info('stopped');
  await flushLog(log);
  return Math.max(requested, exitCode);
}
