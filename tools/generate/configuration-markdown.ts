import { settingList, type SettingEntry } from '#platform/config/setting-list.js';

/** docs/operations/configuration.md: every setting with its option, type, default and meaning. */
export function configurationMarkdown(): string {
  const rows = settingList.map(
    (entry) =>
      `| ${[name(entry), entry.flag ? code(entry.flag) : '', escape(entry.type), byDefault(entry), escape(entry.description)].join(' | ')} |`,
  );
  return [...intro, '', '| variable | option | type | default | meaning |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}

const intro = [
  '# Configuration',
  '',
  'Generated from `src/platform/config` by `npm run generate`; edit it there.',
  '',
  'A command line option takes precedence over the environment, the environment over `.env.local`, `.env.local` over `.env`, and `.env` over the default.',
  'The unit of a time is the end of its name. A setting marked *secret* is never printed, and `<NAME>_FILE=path` reads it from a file. With an invalid value,',
  'Parley exits with code 2 and reports what is wrong.',
];

function name(entry: SettingEntry): string {
  return entry.secret ? `${code(entry.env)} *secret*` : code(entry.env);
}

function byDefault(entry: SettingEntry): string {
  return entry.default === null ? '*unset*' : code(entry.default);
}

function code(text: string): string {
  return `\`${text}\``;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
