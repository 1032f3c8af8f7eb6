import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Contexts of Nest's own lines about modules and routes, which matter to developers of Parley, not to its operators. */
const chatter = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
  'LegacyRouteConverter',
  'WebSocketsController',
]);

/**
 * Nest's `Logger` on Parley's log. Features write `new Logger(ThisClass.name)` and `logger.warn({ err, shard }, 'what happened')`
 * or plain text; the class name becomes the field `context`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly root: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last, and a stack, if any, before it. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const actual = level === 'info' && typeof context === 'string' && chatter.has(context) ? 'debug' : level;
    if (!this.root.isLevelEnabled(actual)) return;
    const [extra] = rest.length > 1 ? rest : [];
    this.root[actual]({ ...(typeof context === 'string' && { context }), ...fieldsOf(message, extra) });
  }
}

/** Accepts fields and a text, or, as Nest itself calls it, a text and a stack. */
function fieldsOf(message: unknown, extra: unknown): object {
  if (message instanceof Error) return { err: message, msg: typeof extra === 'string' ? extra : message.message };
  if (typeof message === 'object' && message !== null) return typeof extra === 'string' ? { ...message, msg: extra } : message;
  return { msg: String(message), ...(typeof extra === 'string' && { stack: extra }), ...(extra instanceof Error && { err: extra }) };
}
