import { settingList, type SettingEntry } from '#platform/config/setting-list.js';

const header = [
  '# Every setting of Parley with its default, commented out. Made from src/platform/config by `npm run generate`: edit there.',
  '# A command line option goes before the environment, the environment before .env.local, .env.local before this file.',
  '# Put your own values into .env.local, which is not committed. Secrets can be given in files: <NAME>_FILE=path.',
].join('\n');

function paragraph(entry: SettingEntry): string {
  const notes = [entry.type, entry.flag, entry.fileEnv].filter((note) => note !== undefined).join('; ');
  return `# ${entry.description}\n# (${notes})\n# ${entry.env}=${entry.default ?? ''}`;
}

/** The text of the committed `.env`: each setting with its description and default, all commented out. */
export function renderEnvFile(): string {
  return `${[header, ...settingList.map(paragraph)].join('\n\n')}\n`;
}
