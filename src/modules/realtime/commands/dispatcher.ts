import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { type LogContext, type LogFields, runIn } from '#platform/logging/context.js';
import { Slots } from '#platform/slots.js';
import { fieldErrors } from '../../../transport/field-errors.js';
import { toAckError } from '../../../transport/report-error.js';
import { Gathering } from '../wire/packet-batcher.js';
import { failurePacket, successPacket } from '../wire/packets.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { takeEvents } from '../wire/engine-socket.js';
import { SocketServer } from '../connections/socket-server.js';
import { CommandTable, type BoundCommand } from './command-table.js';

/** A command on its way to its answer. */
class Call implements LogContext {
  /** Where it is among the calls without an answer; undefined once it has one. */
  slot: number | undefined;
  private id: string | undefined;

  constructor(
    readonly connection: Connection,
    /** Names the acknowledgement the client waits for. */
    readonly ackId: number,
    /** When it is answered in any case; milliseconds of `performance.now()`. */
    readonly deadline: number,
  ) {}

  /** For the log and for errors; made when one of them needs it. */
  get requestId(): string {
    this.id ??= randomUUID();
    return this.id;
  }

  get logFields(): LogFields {
    return { requestId: this.requestId };
  }
}

/** Takes the commands of every socket: within the rate, known, parsed, answered once and in time. */
@Injectable()
export class Dispatcher {
  private table: ReadonlyMap<string, BoundCommand> = new Map();
  /** Calls without an answer. */
  private readonly calls = new Slots<Call>();

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'ackTimeoutMs'>,
    @Inject(CommandTable) private readonly commandTable: Pick<CommandTable, 'build'>,
    @Inject(Closer) private readonly closer: Pick<Closer, 'close'>,
    @Inject(SocketServer) private readonly server: Pick<SocketServer, 'isDraining'>,
    private readonly gathering: Gathering,
  ) {}

  /** Finds the handlers. Throws when a command of the contract has none or two. */
  prepare(): void {
    this.table = this.commandTable.build();
  }

  /** Commands that have no answer yet. */
  get inFlight(): number {
    return this.calls.size;
  }

  /** Takes the socket's commands, whatever their number. */
  listen(connection: Connection): void {
    takeEvents(connection.socket, (args, ackId) => this.receive(connection, args, ackId));
  }

  /** Answers what took too long. Called by the sweep: no command has a timer of its own. `now` as of `performance.now()`. */
  answerOverdue(now: number): void {
    for (const call of this.calls)
      if (call.deadline <= now) this.fail(call, new AppError('overloaded', { detail: 'The answer took too long.' }));
  }

  private receive(connection: Connection, args: readonly unknown[], ackId: number | undefined): void {
    if (connection.state === 'closing') return;
    const now = performance.now();
    const verdict = connection.bucket.take(now);
    if (verdict.kind === 'flood') {
      this.closer.close(connection, { code: 'limit', reason: 'too many commands', retryAfterMs: 5000 });
      return;
    }
    if (ackId === undefined) return;
    const call = new Call(connection, ackId, now + this.config.ackTimeoutMs);
    call.slot = this.calls.add(call);
    if (verdict.kind === 'wait') this.fail(call, new AppError('rateLimited', { retryAfterMs: verdict.retryAfterMs }));
    else this.perform(call, args);
  }

  /** Never throws: whatever goes wrong is the answer. */
  private perform(call: Call, args: readonly unknown[]): void {
    try {
      const result = runIn(call, () => this.run(call.connection, args));
      if (result instanceof Promise) {
        result.then(
          (data) => this.succeed(call, data),
          (err: unknown) => this.fail(call, err),
        );
      } else this.succeed(call, result);
    } catch (err) {
      this.fail(call, err);
    }
  }

  /** The checks, the same for every command, in this order. */
  private run(connection: Connection, [name, ...payload]: readonly unknown[]): unknown {
    const command = typeof name === 'string' ? this.table.get(name) : undefined;
    if (command === undefined) throw new AppError('command.notFound');
    if (this.server.isDraining) throw new AppError('overloaded', { detail: 'The server is shutting down.' });
    if (payload.length !== 1)
      throw new AppError('validation.failed', { errors: [{ path: '', message: 'a command takes one object and an acknowledgement' }] });
    const parsed = command.input.safeParse(payload[0]);
    if (!parsed.success) throw new AppError('validation.failed', { errors: fieldErrors(parsed.error) });
    if (connection.state === 'opening') return connection.opened.then(() => this.handle(command, connection, parsed.data));
    return this.handle(command, connection, parsed.data);
  }

  private handle(command: BoundCommand, connection: Connection, input: unknown): unknown {
    if (connection.state !== 'ready') throw new AppError('overloaded', { detail: 'The connection is closing.' });
    return command.run(connection.caller, input, { socketId: connection.id });
  }

  /** An answer that cannot be written is a failure too. */
  private succeed(call: Call, data: unknown): void {
    if (call.slot === undefined) return;
    try {
      this.answer(call, successPacket(call.ackId, data ?? {}));
    } catch (err) {
      this.fail(call, err);
    }
  }

  private fail(call: Call, err: unknown): void {
    if (call.slot !== undefined) this.answer(call, failurePacket(call.ackId, toAckError(err, call.requestId)));
  }

  /** The first answer counts. */
  private answer(call: Call, packet: string): void {
    if (call.slot !== undefined) this.calls.remove(call.slot, call);
    call.slot = undefined;
    this.gathering.toOne(call.connection.socket.conn, packet);
  }
}
