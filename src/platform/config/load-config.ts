import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCode, errorMessage } from '../errors/error-facts.js';
import { StartError } from '../start-error.js';
import { checkSettings } from './check-settings.js';
import { settingsSchema, type SettingKey, type Settings } from './config.js';
import { settingList, type SettingEntry } from './setting-list.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface SettingSources {
  /** Options of the command line. */
  readonly flags?: Readonly<Partial<Record<SettingKey, string>>>;
  /** Default: the environment of the process. */
  readonly environment?: Variables;
  /** A file to read instead of `.env` and `.env.local`; it must exist. */
  readonly envFile?: string;
  /** The folder of `.env` and `.env.local`. Default: the working directory. */
  readonly directory?: string;
}

interface Given {
  readonly value: string;
  /** The source as error messages name it: `--port`, `PORT (environment)`. */
  readonly place: string;
}

/**
 * Loads the settings: the command line overrides the environment, then `.env.local`, `.env` and the defaults. An empty value counts as
 * unset. Throws a `StartError` with exit code 2 that names every wrong variable and hides the values of secrets.
 */
export function loadSettings(sources: SettingSources = {}): Settings {
  const layers = readLayers(sources);
  const given = new Map<SettingKey, Given>();
  const problems: string[] = [];
  for (const entry of settingList) {
    try {
      const found = find(entry, sources.flags?.[entry.key], layers);
      if (found !== undefined) given.set(entry.key, found);
    } catch (error) {
      problems.push(errorMessage(error));
    }
  }
  return parse(given, problems);
}

function parse(given: ReadonlyMap<SettingKey, Given>, problems: string[]): Settings {
  const raw: Partial<Record<SettingKey, string>> = {};
  for (const [key, { value }] of given) raw[key] = value;
  if (raw.nodeEnv === 'production') raw.docsEnabled ??= 'off';
  const result = settingsSchema.safeParse(raw);
  const wrong = new Map(result.error?.issues.map((issue) => [issue.path[0], issue.message]));
  for (const entry of settingList) {
    const message = wrong.get(entry.key);
    if (message !== undefined) problems.push(describeProblem(entry, message, given.get(entry.key)));
  }
  if (result.success) problems.push(...checkSettings(result.data));
  if (problems.length > 0 || !result.success)
    throw new StartError(`Parley cannot start with these settings:\n${problems.map((line) => `  ${line}`).join('\n')}`, 2);
  return result.data;
}

function describeProblem(entry: SettingEntry, message: string, given: Given | undefined): string {
  const shown = given === undefined || entry.secret ? '' : `, got ${JSON.stringify(given.value.slice(0, 100))}`;
  return `${given?.place ?? entry.env}: ${message}${shown}`;
}

function find(entry: SettingEntry, flag: string | undefined, layers: readonly Layer[]): Given | undefined {
  if (flag !== undefined) return { value: flag, place: entry.flag ?? entry.key };
  for (const { name, variables } of layers) {
    const value = variables[entry.env] || undefined;
    const file = (entry.fileEnv && variables[entry.fileEnv]) || undefined;
    if (value !== undefined && file !== undefined) throw new Error(`${entry.env} and ${entry.fileEnv} (${name}): set only one of the two`);
    if (value !== undefined) return { value, place: `${entry.env} (${name})` };
    if (file !== undefined) return { value: readSecretFile(`${entry.fileEnv} (${name})`, file), place: `${entry.fileEnv} (${name})` };
  }
  return undefined;
}

function readSecretFile(place: string, path: string): string {
  let value: string;
  try {
    value = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Error(`${place}: cannot read ${path}: ${errorMessage(error)}`, { cause: error });
  }
  if (value === '') throw new Error(`${place}: ${path} is empty`);
  return value;
}

interface Layer {
  readonly name: string;
  readonly variables: Variables;
}

function readLayers({ environment = process.env, envFile, directory = process.cwd() }: SettingSources): Layer[] {
  const layers = [{ name: 'environment', variables: environment }];
  if (envFile !== undefined) return [...layers, readEnvFile(envFile, envFile, true)];
  return [...layers, ...['.env.local', '.env'].map((name) => readEnvFile(name, join(directory, name), false))];
}

function readEnvFile(name: string, path: string, required: boolean): Layer {
  try {
    return { name, variables: parseEnv(readFileSync(path, 'utf8')) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && !required) return { name, variables: {} };
    throw new StartError(`${required ? '--env-file' : name}: cannot read ${path}: ${errorMessage(error)}`, 2);
  }
}
