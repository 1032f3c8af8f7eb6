import { Command } from 'commander';
import { parseNonNegative } from '../support/option-parsers.js';
import { writeJson } from '../support/write-json.js';
import { Progress } from './progress.js';
import { replay } from './replay.js';
import { formatReport } from './report.js';
import { errorMessage } from '../support/error-message.js';

interface Flags {
  url: string[];
  speed: number | null;
  retry?: number | true;
  pipeline: number;
  observers: number;
  repeatEvery: number;
  lines?: number;
  liveOrder: string;
  reportJson?: string;
}

const retryForDefaultSeconds = 30;
const retryForPatientSeconds = 600;

const program = new Command('replay')
  .description('Replays a channel log (*.raw.txt) on a running Parley as its people did, then reads everything back and verifies it.')
  .argument('<file>', 'the log; the *.annotation.txt beside it lists the replies')
  .option('--url <url>', 'address of Parley; repeat it to spread the people over several nodes', collect, [])
  .option('--speed <max|n>', 'steps per second, or max', parseSpeed, null)
  .option(
    '--retry [seconds]',
    `keep retrying for this long through an outage (${retryForPatientSeconds} without a number; ${retryForDefaultSeconds} without the option)`,
    parseNonNegative,
  )
  .option('--pipeline <n>', "steps in flight; above 1 keeps each sender's order, not that of the file", parseNonNegative, 1)
  .option('--observers <n>', 'members who only listen, from the start; their view is compared too', parseNonNegative, 3)
  .option('--repeat-every <n>', 'repeat every n-th message with its clientId', parseNonNegative, 0)
  .option('--lines <n>', 'only the first n lines', parseNonNegative)
  .option('--live-order <strict|by-rev>', 'by-rev allows live events out of order, as several nodes may deliver them', 'strict')
  .option('--report-json <path>', 'write the report as JSON')
  .addHelpText(
    'after',
    '\nADMIN_USERNAME and ADMIN_PASSWORD in the environment read the backlog from /admin/stats; without them it is read from /metrics.',
  );

process.exitCode = await run();

async function run(): Promise<number> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2)).parse();
  const [file] = program.processedArgs.map(String);
  const flags = program.opts<Flags>();
  const urls = flags.url.length > 0 ? flags.url.map((url) => url.replace(/\/+$/, '')) : ['http://127.0.0.1:3000'];
  const progress = new Progress(process.stderr);
  try {
    const report = await replay({
      file: file ?? '',
      url: urls[0] ?? '',
      urls,
      linesPerSecond: flags.speed,
      retryForMs: 1000 * (flags.retry === true ? retryForPatientSeconds : (flags.retry ?? retryForDefaultSeconds)),
      pipeline: flags.pipeline,
      observers: flags.observers,
      repeatEvery: flags.repeatEvery,
      linesMax: flags.lines,
      isLiveOrderStrict: flags.liveOrder !== 'by-rev',
      operator: operatorOf(process.env['ADMIN_USERNAME'], process.env['ADMIN_PASSWORD']),
      onStep: (done, total) => progress.update(done, total),
      onRemark: (text) => progress.say(text),
    });
    if (flags.reportJson !== undefined) await writeJson(flags.reportJson, report);
    process.stdout.write(`${formatReport(report)}\n`);
    return report.isVerified ? 0 : 1;
  } catch (error) {
    progress.say(`replay: ${errorMessage(error)}`);
    return 1;
  }
}

function operatorOf(username: string | undefined, password: string | undefined) {
  return username !== undefined && password !== undefined ? { username, password } : null;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function parseSpeed(value: string): number | null {
  return value === 'max' ? null : parseNonNegative(value);
}
