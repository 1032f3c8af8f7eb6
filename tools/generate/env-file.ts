import { settingList, type SettingEntry } from '#platform/config/setting-list.js';

const header = [
  '# Every setting of Parley with its default, commented out. Generated from src/platform/config by `npm run generate`; edit it there.',
  '# A command line option takes precedence over the environment, the environment over .env.local, .env.local over this file.',
  '# Put your own values into .env.local, which is not committed. A secret can be read from a file: <NAME>_FILE=path.',
].join('\n');

function paragraph(entry: SettingEntry): string {
  const notes = [entry.type, entry.flag, entry.fileEnv].filter((note) => note !== undefined).join('; ');
  return `# ${entry.description}\n# (${notes})\n# ${entry.env}=${entry.default ?? ''}`;
}

/** The text of the committed `.env`: every setting with its description and default, all commented out. */
export function renderEnvFile(): string {
  return `${[header, ...settingList.map(paragraph)].join('\n\n')}\n`;
}
