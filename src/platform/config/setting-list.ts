import { z } from 'zod';
import { settingsSchema, type SettingKey } from './config.js';

/** One line of the configuration reference. */
export interface SettingEntry {
  readonly key: SettingKey;
  /** Name of the environment variable. */
  readonly env: string;
  /** Environment variable that names a file with the value, for secrets. */
  readonly fileEnv?: string;
  /** Command line option, with its two dashes. */
  readonly flag?: string;
  readonly description: string;
  /** The default as it is written; null when unset. */
  readonly default: string | null;
  readonly type: string;
  readonly secret: boolean;
}

const metaSchema = z.object({
  description: z.string().min(1),
  type: z.string(),
  byDefault: z.string().nullable(),
  env: z.string().optional(),
  flag: z.string().optional(),
  secret: z.boolean().optional(),
});

const upperSnake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

function entryOf(key: SettingKey): SettingEntry {
  const meta = metaSchema.parse(settingsSchema.shape[key].meta());
  const env = meta.env ?? upperSnake(key);
  const secret = meta.secret ?? false;
  return {
    key,
    env,
    ...(secret && { fileEnv: `${env}_FILE` }),
    flag: meta.flag,
    description: meta.description,
    default: meta.byDefault,
    type: meta.type,
    secret,
  };
}

/** Every setting, in the order of the schema: the source of the reference, of `.env` and of error messages. */
export const settingList: readonly SettingEntry[] = settingsSchema.keyof().options.map(entryOf);
