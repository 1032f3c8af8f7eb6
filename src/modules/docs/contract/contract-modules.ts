import { z } from 'zod';
import * as auth from '#contracts/auth/schemas.js';
import * as commands from '#contracts/commands.js';
import * as conversations from '#contracts/conversations/schemas.js';
import * as messages from '#contracts/messages/schemas.js';
import * as operator from '#contracts/operations/schemas.js';
import * as presence from '#contracts/presence/schemas.js';
import * as primitives from '#contracts/primitives.js';
import * as receipts from '#contracts/receipts/schemas.js';
import * as sync from '#contracts/sync/schemas.js';
import * as users from '#contracts/users/schemas.js';

/** The schemas the contract exports, each with the name of its export; those of one schema are gathered under one name. */
export function namedSchemas(): ReadonlyMap<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  for (const module of [primitives, auth, users, conversations, messages, receipts, presence, sync, operator, commands]) {
    for (const [name, value] of Object.entries(module)) {
      if (!(value instanceof z.ZodType)) continue;
      // A brand is a type only: all branded ids are one schema at run time.
      names.set(value, names.has(value) ? 'Uuid' : name);
    }
  }
  return names;
}
