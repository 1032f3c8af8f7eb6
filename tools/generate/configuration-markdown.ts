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
  'Made from `src/platform/config` by `npm run generate`: edit there.',
  '',
  'A command line option goes before the environment, the environment before `.env.local`, that before `.env`, and that before the default. Times are in the',
  'unit that the name ends with. A setting marked *secret* is never printed, and `<NAME>_FILE=path` reads it from a file. A wrong value stops the start with',
  'exit code 2 and says what is wrong.',
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
