import { Inject, Injectable } from '@nestjs/common';
import type { Ack } from '../../../../contracts/commands.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { newId } from '../../../platform/ids.js';
import { runInContext } from '../../../platform/logging/context.js';
import { fieldErrors } from '../../../transport/field-errors.js';
import { toAckError } from '../../../transport/report-error.js';
import { Closer } from '../server/closer.js';
import type { Connection } from '../server/connection.js';
import { SocketServer } from '../server/socket-server.js';
import { CommandTable, type BoundCommand } from './command-table.js';

type Answer = (ack: Ack<unknown>) => void;

/** Takes the commands of every socket: within the rate, known, parsed, answered once and in time. */
@Injectable()
export class Dispatcher {
  private table: ReadonlyMap<string, BoundCommand> = new Map();
  private running = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly commandTable: CommandTable,
    private readonly closer: Closer,
    private readonly server: SocketServer,
  ) {}

  /** Finds the handlers. Throws when a command of the contract has none or two. */
  prepare(): void {
    this.table = this.commandTable.build();
  }

  /** Commands that have no answer yet. */
  get inFlight(): number {
    return this.running;
  }

  /** Listens to the socket's commands: one listener, whatever their number. */
  listen(connection: Connection): void {
    connection.socket.onAny((name: string, ...args: unknown[]) => this.receive(connection, name, args));
  }

  private receive(connection: Connection, name: string, args: unknown[]): void {
    if (connection.state === 'closing') return;
    const last = args.at(-1);
    const answer: Answer | undefined = typeof last === 'function' ? (ack) => void Reflect.apply(last, undefined, [ack]) : undefined;
    const verdict = connection.bucket.take(performance.now());
    if (verdict.kind === 'flood') {
      this.closer.close(connection, { code: 'limit', reason: 'too many commands', retryAfterMs: 5000 });
      return;
    }
    if (answer === undefined) return;
    if (verdict.kind === 'wait') answer(failed(new AppError('rateLimited', { retryAfterMs: verdict.retryAfterMs }), newId()));
    else void this.perform(connection, name, args.slice(0, -1), answer);
  }

  /** Never rejects: whatever goes wrong is the answer. */
  private async perform(connection: Connection, name: string, payload: unknown[], respond: Answer): Promise<void> {
    const requestId = newId<string>();
    this.running += 1;
    const answer = once((ack) => {
      clearTimeout(timer);
      this.running -= 1;
      respond(ack);
    });
    const timer = setTimeout(
      () => answer(failed(new AppError('overloaded', { detail: 'The answer took too long.' }), requestId)),
      this.config.ackTimeoutMs,
    );
    try {
      const data = await runInContext({ requestId }, () => this.run(connection, name, payload));
      answer({ ok: true, data: data ?? {} });
    } catch (err) {
      answer(failed(err, requestId));
    }
  }

  private async run(connection: Connection, name: string, payload: unknown[]): Promise<unknown> {
    const command = this.table.get(name);
    if (command === undefined) throw new AppError('command.notFound');
    if (this.server.isDraining) throw new AppError('overloaded', { detail: 'The server is shutting down.' });
    if (payload.length !== 1)
      throw new AppError('validation.failed', { errors: [{ path: '', message: 'a command takes one object and an acknowledgement' }] });
    const parsed = command.input.safeParse(payload[0]);
    if (!parsed.success) throw new AppError('validation.failed', { errors: fieldErrors(parsed.error) });
    if (connection.state === 'opening') await connection.opened;
    if (connection.state !== 'ready') throw new AppError('overloaded', { detail: 'The connection is closing.' });
    return command.run(connection.caller, parsed.data, { socketId: connection.id });
  }
}

function failed(err: unknown, requestId: string): Ack<never> {
  return { ok: false, error: toAckError(err, requestId) };
}

function once(answer: Answer): Answer {
  let isAnswered = false;
  return (ack) => {
    if (isAnswered) return;
    isAnswered = true;
    answer(ack);
  };
}
