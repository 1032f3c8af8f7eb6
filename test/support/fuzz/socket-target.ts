import { type CommandName, commands, type CommandSpec } from '#contracts/commands.js';
import { type ErrorCode, errorCatalogue } from '#contracts/errors.js';
import { commonErrors } from '#contracts/routes.js';
import { ackError, exactly } from '../contract-check.js';
import { connect, isAck, type TestSocket } from '../sockets.js';
import { within } from '../until.js';
import type { FuzzScene } from './fuzz-scene.js';
import type { FuzzTarget, Outcome } from './fuzz-target.js';
import { writeJson } from './inputs.js';

/** Above every id that the client library counts up to. */
let nextId = 1_000_000_000;

/** One socket per scene; it sends packets as text, because the client library would change what it cannot write as JSON. */
class RawSocket {
  private readonly waiting = new Map<number, (ack: unknown) => void>();
  isClosed = false;

  private constructor(private readonly client: TestSocket) {
    void client.closed.then(() => (this.isClosed = true));
    client.socket.io.engine.on('data', (packet) => {
      const match = typeof packet === 'string' ? /^3(\d+)(\[.*)$/s.exec(packet) : null;
      const answer = match === null ? undefined : this.waiting.get(Number(match[1]));
      if (match === null || answer === undefined) return;
      const acks: unknown[] = JSON.parse(match[2] ?? '[]');
      answer(acks[0]);
    });
  }

  static async open(scene: FuzzScene): Promise<RawSocket> {
    return new RawSocket(await connect(scene.caller));
  }

  /** Sends the arguments of an event, as the inside of a JSON list, and returns the ack. */
  async ask(args: string): Promise<unknown> {
    nextId += 1;
    const id = nextId;
    const ack = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, resolve);
      void this.client.closed.then(() => reject(new Error('the server closed the socket')));
    });
    this.client.socket.io.engine.write(`2${id}[${args}]`);
    try {
      return await within(30_000, 'an ack', ack);
    } finally {
      this.waiting.delete(id);
    }
  }
}

const sockets = new WeakMap<FuzzScene, Promise<RawSocket>>();

/** The open socket of the scene. An input may have closed the one before, such as a frame over its limit. */
async function socketOf(scene: FuzzScene): Promise<RawSocket> {
  const known = await sockets.get(scene);
  if (known !== undefined && !known.isClosed) return known;
  const opened = RawSocket.open(scene);
  sockets.set(scene, opened);
  return opened;
}

/** A socket command of the contract as a target. */
export function socketTarget(name: CommandName): FuzzTarget {
  const spec: CommandSpec = commands[name];
  const ask = async (scene: FuzzScene, args: string) => {
    const socket = await socketOf(scene);
    // The socket may be closing because of the input before, so that only a second silence is a fault.
    const ack = await socket.ask(args).catch(async () => (await socketOf(scene)).ask(args));
    return outcomeOf(name, spec, ack);
  };
  const quoted = JSON.stringify(name);
  return {
    name,
    schema: spec.input,
    isDestructive: name === 'conversation.leave',
    inputsMax: Infinity,
    special: [quoted, `${quoted},{},{}`, `${quoted},null,1e400`, `${quoted},9007199254740993`, `${quoted},"\\ud800"`].map(
      (args) => (scene) => ask(scene, args),
    ),
    send: (scene, mutations) => ask(scene, `${quoted},${writeJson(scene.adapt(spec.example.input), mutations) ?? 'null'}`),
  };
}

function outcomeOf(name: string, spec: CommandSpec, ack: unknown): Outcome {
  if (!isAck(ack)) throw new Error(`the ack is neither success nor error: ${JSON.stringify(ack)}`);
  if (ack.ok) {
    exactly(spec.data, ack.data, `the ack of ${name}`);
    return 'success';
  }
  const { code } = ackError(ack.error, name);
  const possible: readonly ErrorCode[] = [...commonErrors, ...(spec.errors ?? [])];
  if (!possible.includes(code)) throw new Error(`failed with ${code}, which the contract does not list`);
  if (errorCatalogue[code].status >= 500) throw new Error(`failed inside the server: ${code}`);
  return code;
}
