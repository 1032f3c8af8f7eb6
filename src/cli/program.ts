import { Command, CommanderError } from 'commander';
import type { SettingKey } from '#platform/config/config.js';
import { loadSettings } from '#platform/config/load-config.js';
import { settingList } from '#platform/config/setting-list.js';
import { StartError } from '#platform/start-error.js';
import { parleyVersion } from '#platform/version.js';

/** What the command line asked for. Modules are loaded when they are needed: `--help` waits for none of them. */
type Options = Readonly<Partial<Record<SettingKey, string>>> & { readonly envFile?: string; readonly fix?: boolean };

/** Runs the command line (without the program's name) and answers the exit code. Never rejects for a usage error. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return answer(error, args);
    if (error instanceof StartError) return failure(error);
    throw error;
  }
}

type Done = (exitCode: number) => void;

function createProgram(done: Done): Command {
  const program = quiet(new Command('parley'))
    .description('A self-hosted messaging platform. Without a command it serves.')
    .version(parleyVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true });
  for (const { flag, description, default: byDefault, env } of settingList) {
    if (flag !== undefined)
      program.option(`${flag} <value>`, `${description} (${env}${byDefault === null ? '' : `, default ${byDefault}`})`);
  }
  program.option('--env-file <path>', 'File of settings to read instead of .env and .env.local.');
  program.addHelpText(
    'after',
    '\nAn option goes before its environment variable, that before .env.local and .env. All settings stand in .env.',
  );
  addServe(program, done);
  addMigrate(program, done);
  addUnread(program, done);
  return program;
}

function addServe(program: Command, done: Done): void {
  quiet(program.command('serve', { isDefault: true }))
    .description('serve REST, sockets and queues (the default)')
    .action(async (_options, command: Command) => {
      const { serveCommand } = await import('./serve.js');
      done(await serveCommand(settingsOf(command)));
    });
}

function addMigrate(program: Command, done: Done): void {
  quiet(program.command('migrate'))
    .description("bring the database to this version's schema")
    .action(async (_options, command: Command) => {
      const { migrateCommand } = await import('./migrate.js');
      done(await migrateCommand(settingsOf(command)));
    });
}

function addUnread(program: Command, done: Done): void {
  const unread = quiet(program.command('unread')).description('look after unread counts').helpCommand(false);
  quiet(unread.command('verify'))
    .description('recount them and print those that drifted')
    .option('--fix', 'put right what drifted')
    .action(async ({ fix = false }: Options, command: Command) => {
      const { unreadVerifyCommand } = await import('./unread.js');
      done(await unreadVerifyCommand(settingsOf(command), { fix }));
    });
}

/** Errors are thrown and printed in one place, and nothing ends the process from inside. */
function quiet(command: Command): Command {
  return command.exitOverride().configureOutput({ outputError: () => undefined });
}

function settingsOf(command: Command) {
  const { envFile, fix: _fix, ...flags } = command.optsWithGlobals<Options>();
  return loadSettings({ flags, envFile });
}

function answer(error: CommanderError, args: readonly string[]): number {
  if (error.exitCode === 0) return 0;
  // A command that needs a further word has printed its help already.
  return error.code === 'commander.help' ? 2 : usageError(messageOf(error, args));
}

/** The default command gets every unknown word as an argument; say what it really is. */
function messageOf(error: CommanderError, args: readonly string[]): string {
  const message = error.message.replace(/^error: /, '');
  const word = args.find((arg) => !arg.startsWith('-'));
  return error.code === 'commander.excessArguments' && word !== undefined
    ? `${message} (the commands are serve, migrate and unread verify)`
    : message;
}

function usageError(message: string): number {
  process.stderr.write(`parley: ${message}\nTry "parley --help".\n`);
  return 2;
}

function failure(error: StartError): number {
  process.stderr.write(`parley: ${error.message}\n`);
  return error.exitCode;
}
