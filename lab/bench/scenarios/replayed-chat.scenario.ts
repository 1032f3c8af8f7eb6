import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.js';
import { replay } from '../../replay/replay.js';
import type { BenchOptions, Scenario } from '../scenario.js';
import { names } from '../report/goals.js';
import { ParleyServer } from '../servers/parley-server.js';

const pipeline = 32;
const quickFiles = 1;
const files = 4;

/** Real chat, sent through the public API, read back and compared byte for byte. */
export const scenario: Scenario = {
  id: 'W13',
  summary: `real chat replayed at full speed (${files} logs of PARLEY_CHAT_DATA, or the sample), ${pipeline} steps in flight, verified`,
  mainFigure: 'messagesPerSecond',
  quickRounds: 1,
  columns: [
    { figure: 'messages', title: 'messages', digits: 0 },
    { figure: 'messagesPerSecond', title: 'sent/s', digits: 0 },
    { figure: 'verifiedPerSecond', title: 'verified/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 2 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 2 },
  ],
  contenders: [
    {
      name: names.embedded,
      async open(options, defer) {
        const server = await ParleyServer.start({ profileFolder: options.profileFolder });
        defer(() => server.stop());
        return async () => {
          const sums = { messages: 0, driveMs: 0, verifiedMs: 0, p50: 0, p99: 0 };
          for (const file of chatFiles(options)) {
            const report = await replay({ file, url: server.url, pipeline });
            if (!report.isVerified) throw new Error(`${report.file} differs: ${report.differences.slice(0, 3).join('; ')}`);
            sums.messages += report.acknowledged;
            sums.driveMs += report.driveMs;
            sums.verifiedMs += (1000 * report.acknowledged) / report.verifiedPerSecond;
            sums.p50 = Math.max(sums.p50, report.ackP50Ms);
            sums.p99 = Math.max(sums.p99, report.ackP99Ms);
          }
          const perSecond = (ms: number): number => (1000 * sums.messages) / ms;
          const speeds = { messagesPerSecond: perSecond(sums.driveMs), verifiedPerSecond: perSecond(sums.verifiedMs) };
          return { messages: sums.messages, ...speeds, ackP50Ms: sums.p50, ackP99Ms: sums.p99 };
        };
      },
    },
  ],
};

/** The first logs of the folder by name, so that every run replays the same ones; the sample without a folder. */
function chatFiles(options: BenchOptions): string[] {
  const folder = process.env['PARLEY_CHAT_DATA'];
  if (folder === undefined) return [join(root, 'lab/replay/sample.raw.txt')];
  const found = readdirSync(folder).filter((name) => name.endsWith('.raw.txt'));
  return found.slice(0, options.isQuick ? quickFiles : files).map((name) => join(folder, name));
}
