import { z } from 'zod';
import { authSettings } from './auth.settings.js';
import { limitSettings } from './limit.settings.js';
import { serverSettings } from './server.settings.js';
import { storageSettings } from './storage.settings.js';

/** Injects the `Config` of this process. */
export const CONFIG = Symbol('config');

/** Every setting, parsed from text. Keys end with their unit; each setting has a description. */
export const settingsSchema = z.object({ ...serverSettings, ...storageSettings, ...authSettings, ...limitSettings });

/** The settings as the operator has given them. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;
export type SettingKey = keyof Settings;

/** The settings of a running process, completed with Parley's own database and secret where the operator has given none. */
export type Config = Settings & {
  readonly databaseUrl: string;
  readonly authSecret: string;
  /** Whether this process started the database itself. */
  readonly isDatabaseOwn: boolean;
};
