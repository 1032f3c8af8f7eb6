import { z } from 'zod';
import { authSettings } from './auth.settings.js';
import { limitSettings } from './limit.settings.js';
import { serverSettings } from './server.settings.js';
import { storageSettings } from './storage.settings.js';

/** Injects the `Config` of this process. */
export const CONFIG = Symbol('config');

/** Every setting, from text to value. Keys are named with their unit last; each is described. */
export const settingsSchema = z.object({ ...serverSettings, ...storageSettings, ...authSettings, ...limitSettings });

/** The settings as the operator gave them. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;
export type SettingKey = keyof Settings;

/** The settings of a running process: where the operator gave no database and no secret, Parley's own are filled in. */
export type Config = Settings & {
  readonly databaseUrl: string;
  readonly authSecret: string;
  /** Whether the database is the one that this process started. */
  readonly isDatabaseOwn: boolean;
};
