import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { AckError } from '#contracts/commands.js';
import type { EventPayload } from '#contracts/events.js';
import { limits } from '#contracts/limits.js';
import { ClientId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { type LogContext, type LogFields, runWithContext } from '#platform/logging/context.js';
import { Slots } from '#platform/slots.js';
import { fieldFaults, inexactNumberError, inputError } from '../../../transport/field-errors.js';
import { toAckError } from '../../../transport/report-error.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { SocketServer } from '../connections/socket-server.js';
import { interceptEvents, watchViolations } from '../wire/engine-socket.js';
import { PacketBatcher } from '../wire/packet-batcher.js';
import { eventPacket, failurePacket, successPacket } from '../wire/packets.js';
import { InexactNumber } from '../wire/read-event.js';
import { CommandTable, type BoundCommand } from './command-table.js';

/** A command on its way to its answer. */
class Call implements LogContext {
  /** Its slot among the unanswered calls; undefined once it is answered. */
  slot: number | undefined;
  private id: string | undefined;

  constructor(
    readonly connection: Connection,
    /** The command's name and its payload, as the client sent them. */
    readonly args: readonly unknown[],
    /** The acknowledgement that the client waits for; undefined if it passed no callback. */
    readonly ackId: number | undefined,
    /** When it is answered at the latest; milliseconds of `performance.now()`. */
    readonly deadline: number,
  ) {}

  /** For the log and for errors; created when first needed. */
  get requestId(): string {
    this.id ??= randomUUID();
    return this.id;
  }

  get logFields(): LogFields {
    return { requestId: this.requestId };
  }
}

/**
 * Runs the commands of all sockets: checks the rate, finds the handler, parses the input, and answers once and in time. A command without
 * an acknowledgement runs too; its failure is sent as `command.failed`.
 */
@Injectable()
export class Dispatcher {
  private table: ReadonlyMap<string, BoundCommand> = new Map();
  /** Calls that are not answered yet. */
  private readonly calls = new Slots<Call>();

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'ackTimeoutMs' | 'socketFrameBytesMax'>,
    @Inject(CommandTable) private readonly commandTable: Pick<CommandTable, 'buildTable'>,
    @Inject(Closer) private readonly closer: Pick<Closer, 'closeConnection'>,
    @Inject(SocketServer) private readonly server: Pick<SocketServer, 'isDraining'>,
    private readonly batcher: PacketBatcher,
  ) {}

  /** Finds the handlers of all commands. Throws as `CommandTable.buildTable` does. */
  loadHandlers(): void {
    this.table = this.commandTable.buildTable();
  }

  /** The number of commands that are not answered yet. */
  get inFlight(): number {
    return this.calls.size;
  }

  /** Runs every command that the connection sends from now on. */
  listenTo(connection: Connection): void {
    const frames = { bytesMax: this.config.socketFrameBytesMax, refuse: (ackId?: number) => this.refuseFrame(connection, ackId) };
    interceptEvents(connection.socket, (args, ackId) => this.receiveCommand(connection, args, ackId), frames);
    watchViolations(connection.socket, (isTooLarge) =>
      isTooLarge ? this.refuseFrame(connection, undefined) : this.closeMalformed(connection),
    );
  }

  /** Fails commands that took too long. The sweep calls it, so that no command needs a timer. `now` is of `performance.now()`. */
  answerOverdue(now: number): void {
    for (const call of this.calls)
      if (call.deadline <= now) this.fail(call, new AppError('overloaded', { detail: 'The answer took too long.' }));
  }

  private receiveCommand(connection: Connection, args: readonly unknown[], ackId: number | undefined): void {
    if (connection.state === 'closing') return;
    const now = performance.now();
    const verdict = connection.bucket.takeToken(now);
    if (verdict.kind === 'flood') {
      this.closer.closeConnection(connection, { code: 'limit', reason: 'too many commands', retryAfterMs: 5000 });
      return;
    }
    const call = new Call(connection, args, ackId, now + this.config.ackTimeoutMs);
    call.slot = this.calls.addItem(call);
    if (verdict.kind === 'wait') this.fail(call, new AppError('rateLimited', { retryAfterMs: verdict.retryAfterMs }));
    else this.answerCall(call);
  }

  /** Fails the command, if the frame was read, and closes the socket: the frame is dropped, so what follows may depend on it. */
  private refuseFrame(connection: Connection, ackId: number | undefined): void {
    if (connection.state === 'closing') return;
    const { socketFrameBytesMax: limit, ackTimeoutMs } = this.config;
    const reason = `a frame holds at most ${limit} bytes`;
    const error = new AppError('payload.tooLarge', { detail: reason, limit });
    const call = new Call(connection, [], ackId, performance.now() + ackTimeoutMs);
    if (ackId !== undefined) {
      call.slot = this.calls.addItem(call);
      this.fail(call, error);
    }
    const closing = { code: 'limit', reason, retryAfterMs: 1000, error: toAckError(error, call.requestId) } as const;
    this.closer.closeConnection(connection, closing);
  }

  private closeMalformed(connection: Connection): void {
    this.closer.closeConnection(connection, { code: 'malformed', reason: 'a packet could not be read', retryAfterMs: 1000 });
  }

  /** Never throws: every error becomes the answer. */
  private answerCall(call: Call): void {
    try {
      const result = runWithContext(call, () => this.runCommand(call.connection, call.args));
      if (result instanceof Promise) {
        result.then(
          (data) => this.succeed(call, data),
          (error: unknown) => this.fail(call, error),
        );
      } else this.succeed(call, result);
    } catch (error) {
      this.fail(call, error);
    }
  }

  /** Makes the checks that are the same for every command, in this order, and runs the handler. */
  private runCommand(connection: Connection, [name, ...payload]: readonly unknown[]): unknown {
    const command = typeof name === 'string' ? this.table.get(name) : undefined;
    if (command === undefined) throw new AppError('command.notFound');
    if (this.server.isDraining) throw new AppError('overloaded', { detail: 'The server is shutting down.' });
    if (payload.length > 1) throw payloadError(payload);
    // A command that needs no field needs no payload.
    const parsed = command.input.safeParse(payload.length === 0 ? {} : payload[0]);
    if (!parsed.success) throw inputError(fieldFaults(parsed.error));
    if (connection.state === 'opening') return connection.whenOpened.then(() => this.runHandler(command, connection, parsed.data));
    return this.runHandler(command, connection, parsed.data);
  }

  private runHandler(command: BoundCommand, connection: Connection, input: unknown): unknown {
    if (connection.state !== 'ready') throw new AppError('overloaded', { detail: 'The connection is closing.' });
    return command.run(connection.caller, input, { socketId: connection.id });
  }

  /** An answer that cannot be encoded is a failure too. */
  private succeed(call: Call, data: unknown): void {
    if (call.slot === undefined) return;
    try {
      this.sendAnswer(call, call.ackId === undefined ? undefined : successPacket(call.ackId, data ?? {}));
    } catch (error) {
      this.fail(call, error);
    }
  }

  private fail(call: Call, error: unknown): void {
    if (call.slot === undefined) return;
    const ackError = toAckError(error, call.requestId);
    this.sendAnswer(call, call.ackId === undefined ? failedEvent(call.args, ackError) : failurePacket(call.ackId, ackError));
  }

  /** Only the first answer counts: `succeed` and `fail` ignore answered calls. */
  private sendAnswer(call: Call, packet: string | undefined): void {
    if (call.slot !== undefined) this.calls.removeItem(call.slot, call);
    call.slot = undefined;
    if (packet !== undefined) this.batcher.sendToOne(call.connection.socket.conn, packet);
  }
}

function payloadError(payload: readonly unknown[]): AppError {
  const last = payload.at(-1);
  if (last instanceof InexactNumber) return inexactNumberError(last.path);
  return new AppError('validation.failed', { errors: [{ path: '', message: 'a command takes one object and an acknowledgement' }] });
}

/** Names the command by what the client sent, which may be anything. */
function failedEvent([name, payload]: readonly unknown[], error: AckError): string {
  const command = typeof name === 'string' ? name.slice(0, limits.commandNameCharactersMax) : '';
  const clientId = typeof payload === 'object' && payload !== null && 'clientId' in payload ? payload.clientId : undefined;
  const known = ClientId.safeParse(clientId);
  const failed: EventPayload<'command.failed'> = { command, clientId: known.success ? known.data : null, error };
  return eventPacket('command.failed', failed);
}
