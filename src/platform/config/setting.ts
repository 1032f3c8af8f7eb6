import { z } from 'zod';
import { errorMessage } from '../errors/error-facts.js';
import { parseRedisUrl } from '../redis/parse-redis-url.js';

/** Properties of a setting in addition to its schema. Kept as Zod metadata, so that the reference is generated from the schema itself. */
export interface SettingMeta {
  readonly description: string;
  /** The notation of its values: `integer`, `text`, `on|off` ... */
  readonly type: string;
  /** The default in that notation, or null when the setting is unset by default. */
  readonly byDefault: string | null;
  /** Its environment variable, if that is not the key in upper snake case. */
  readonly env?: string;
  /** Its command line option, with the two dashes. */
  readonly flag?: string;
  /** Its value is never printed, and may be given in a file named by `<env>_FILE`. */
  readonly secret?: boolean;
}

type Names = Pick<SettingMeta, 'env' | 'flag'>;

interface IntegerOptions extends Names {
  readonly min?: number;
  readonly max?: number;
  readonly byDefault: number;
}

/** A whole number, written in plain decimals. */
export function integer(description: string, { min = 1, max = 2_147_483_647, byDefault, ...names }: IntegerOptions) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message))
    .default(byDefault)
    .meta({ description, type: `integer, ${min} to ${max}`, byDefault: String(byDefault), ...names });
}

/** A switch, written `on` or `off` (`true`, `false`, `1` and `0` are accepted too). */
export function toggle(description: string, byDefault: boolean, names: Names = {}) {
  return z
    .string()
    .regex(/^(on|off|true|false|1|0)$/i, 'expected on or off')
    .transform((value) => /^(on|true|1)$/i.test(value))
    .default(byDefault)
    .meta({ description, type: 'on|off', byDefault: byDefault ? 'on' : 'off', ...names });
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(
  description: string,
  values: T,
  byDefault: T[number],
  names: Names = {},
) {
  return z
    .enum(values, `expected one of ${values.join(', ')}`)
    .default(byDefault)
    .meta({ description, type: values.join('|'), byDefault, ...names });
}

/** Any text, with a default. */
export function text(description: string, byDefault: string, names: Names = {}) {
  return z
    .string()
    .default(byDefault)
    .meta({ description, type: 'text', byDefault, ...names });
}

/** Any text, unset by default. */
export function optionalText(description: string, names: Names = {}) {
  return z
    .string()
    .optional()
    .meta({ description, type: 'text', byDefault: null, ...names });
}

/** A text that is never printed, unset by default; may be given in a file. */
export function secretText(description: string, names: Names = {}) {
  return z
    .string()
    .optional()
    .meta({ description, type: 'text', byDefault: null, secret: true, ...names });
}

/** An address with one of the given schemes (`https:`), unset by default. Secret if it contains a password. */
export function address(description: string, schemes: readonly string[], options: Names & { readonly secret?: boolean } = {}) {
  const message = `expected an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  return z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), message)
    .optional()
    .meta({ description, type: 'address', byDefault: null, ...options });
}

/** Addresses of Redis, unset by default. Secret: it can carry a password. */
export function redisAddress(description: string, names: Names = {}) {
  return z
    .string()
    .superRefine((value, context) => {
      try {
        parseRedisUrl(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: errorMessage(error) });
      }
    })
    .optional()
    .meta({ description, type: 'address', byDefault: null, secret: true, ...names });
}

/** Items separated by commas, none by default. */
export function list(description: string, item: z.ZodType<string, string>, names: Names = {}) {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item))
    .default([])
    .meta({ description, type: 'list, separated by commas', byDefault: null, ...names });
}
