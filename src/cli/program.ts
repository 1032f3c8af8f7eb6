import { Command, CommanderError } from 'commander';
import type { SettingKey } from '#platform/config/config.js';
import { loadSettings } from '#platform/config/load-config.js';
import { settingList } from '#platform/config/setting-list.js';
import { StartError } from '#platform/start-error.js';
import { parleyVersion } from '#platform/version.js';

/** The options of every command. Commands load their modules when they run, so that `--help` stays fast. */
type Options = Readonly<Partial<Record<SettingKey, string>>> & {
  readonly envFile?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
};

/** Runs the command line, given without the program's name, and returns the exit code. Never rejects for a usage error. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error, args);
    if (error instanceof StartError) return startError(error);
    throw error;
  }
}

type Done = (exitCode: number) => void;

function createProgram(done: Done): Command {
  const program = throwing(new Command('parley'))
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
    '\nAn option overrides its environment variable, which overrides .env.local and .env. The file .env lists all settings.',
  );
  addServe(program, done);
  addMigrate(program, done);
  addUnread(program, done);
  addRetention(program, done);
  addConversation(program, done);
  addEpoch(program, done);
  return program;
}

function addServe(program: Command, done: Done): void {
  throwing(program.command('serve', { isDefault: true }))
    .description('serve REST, sockets and queues (the default)')
    .action(async (_options, command: Command) => {
      const { serveCommand } = await import('./serve.js');
      done(await serveCommand(settingsOf(command)));
    });
}

function addMigrate(program: Command, done: Done): void {
  throwing(program.command('migrate'))
    .description("bring the database to this version's schema")
    .action(async (_options, command: Command) => {
      const { migrateCommand } = await import('./migrate.js');
      done(await migrateCommand(settingsOf(command)));
    });
}

function addUnread(program: Command, done: Done): void {
  const unread = throwing(program.command('unread')).description('maintain unread counts').helpCommand(false);
  throwing(unread.command('verify'))
    .description('recount unread counts and print those that drifted')
    .option('--fix', 'correct the counts that drifted')
    .action(async ({ fix = false }: Options, command: Command) => {
      const { unreadVerifyCommand } = await import('./unread.js');
      done(await unreadVerifyCommand(settingsOf(command), { fix }));
    });
}

function addRetention(program: Command, done: Done): void {
  const retention = throwing(program.command('retention')).description('delete what has expired').helpCommand(false);
  throwing(retention.command('run'))
    .description('delete expired messages and purge deleted conversations now')
    .option('--dry-run', 'only count what would be deleted')
    .action(async ({ dryRun = false }: Options, command: Command) => {
      const { retentionRunCommand } = await import('./retention.js');
      done(await retentionRunCommand(settingsOf(command), { dryRun }));
    });
}

function addConversation(program: Command, done: Done): void {
  const conversation = throwing(program.command('conversation')).description('maintain conversations').helpCommand(false);
  throwing(conversation.command('restore'))
    .description('undo the deletion of a conversation')
    .argument('<id>', 'the id of the conversation')
    .action(async (id: string, _options, command: Command) => {
      const { conversationRestoreCommand } = await import('./conversation.js');
      done(await conversationRestoreCommand(settingsOf(command), id));
    });
}

function addEpoch(program: Command, done: Done): void {
  const epoch = throwing(program.command('epoch')).description('maintain the epoch of the conversation log').helpCommand(false);
  throwing(epoch.command('renew'))
    .description('begin a new epoch after a restore, so that clients load their state afresh')
    .action(async (_options, command: Command) => {
      const { epochRenewCommand } = await import('./epoch.js');
      done(await epochRenewCommand(settingsOf(command)));
    });
}

/** Throws errors instead of printing them and exiting: they are printed in one place. */
function throwing(command: Command): Command {
  return command.exitOverride().configureOutput({ outputError: () => undefined });
}

function settingsOf(command: Command) {
  const { envFile, fix: _fix, ...flags } = command.optsWithGlobals<Options>();
  return loadSettings({ flags, envFile });
}

function exitCodeOf(error: CommanderError, args: readonly string[]): number {
  if (error.exitCode === 0) return 0;
  // A command that needs a subcommand has already printed its help.
  return error.code === 'commander.help' ? 2 : usageError(messageOf(error, args));
}

/** Commander takes an unknown command for an argument of the default command, so the message lists the commands. */
function messageOf(error: CommanderError, args: readonly string[]): string {
  const message = error.message.replace(/^error: /, '');
  const word = args.find((arg) => !arg.startsWith('-'));
  return error.code === 'commander.excessArguments' && word !== undefined
    ? `${message} (the commands are serve, migrate, unread verify, retention run, conversation restore and epoch renew)`
    : message;
}

function usageError(message: string): number {
  process.stderr.write(`parley: ${message}\nTry "parley --help".\n`);
  return 2;
}

function startError(error: StartError): number {
  process.stderr.write(`parley: ${error.message}\n`);
  return error.exitCode;
}
