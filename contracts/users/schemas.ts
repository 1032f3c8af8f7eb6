import { z } from 'zod';
import { isStorableText, Metadata, PageQuery, Timestamp, UserId } from '../primitives.js';
import { labelText, visibleText } from '../text.js';
import { mapUsername, usernameProblem } from './username.js';

export const Username = z
  .string()
  .overwrite(mapUsername)
  .superRefine((name, ctx) => {
    const message = usernameProblem(name);
    if (message !== undefined) ctx.addIssue({ code: 'custom', message });
  })
  .meta({
    id: 'Username',
    description:
      'Unique: 3 to 32 letters, digits and `_ . -` of one script, with at least one letter or digit. Follows the profile UsernameCaseMapped of RFC 8265: case and width are mapped, so `Ada` and `ada` are the same user. Names that differ only in accents are the same user too: `zoe` is taken once `zoë` is.',
  });
export const DisplayName = labelText(1, 80).meta({
  id: 'DisplayName',
  description:
    'The name that other users see; it need not be unique. At least one character is visible, and none is a control character or overrides the direction of text.',
});

export const User = z
  .object({
    id: UserId,
    username: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    metadata: Metadata,
    createdAt: Timestamp,
  })
  .meta({ id: 'User', description: 'The public profile of a user.' });
export type User = z.infer<typeof User>;

export const UserTarget = z.strictObject({ userId: UserId }).meta({ id: 'UserTarget', description: 'Names a user.' });

export const PatchMeBody = z
  .strictObject({
    displayName: DisplayName.optional(),
    avatarUrl: z
      .url({ protocol: /^https?$/ })
      .max(1024)
      .refine(isStorableText, 'must be well-formed text without NUL')
      .nullable()
      .optional()
      .describe('Null removes the avatar.'),
    metadata: Metadata.optional(),
  })
  .meta({ id: 'PatchMeBody', description: 'The fields of the profile to change; absent fields stay as they are.' });
export type PatchMeBody = z.infer<typeof PatchMeBody>;

export const UserSearchQuery = PageQuery.extend({
  query: visibleText(1, 80)
    .optional()
    .describe('Part of the user name or display name, in any case and with or without accents. Without it, every user matches.'),
}).meta({ id: 'UserSearchQuery', description: 'Selects a page of users.' });
export type UserSearchQuery = z.infer<typeof UserSearchQuery>;

export const Audience = z.enum(['everybody', 'contacts', 'nobody']).meta({
  id: 'Audience',
  description:
    'The users that a setting admits. `contacts` are the users who share a private conversation (direct, group or channel, but not the lobby) with the user. A blocked user is never included.',
});
export type Audience = z.infer<typeof Audience>;

const settingFields = {
  whoMayAdd: Audience.describe(
    'The users who may make this user a member of a conversation, or open a direct one with them. All other users send a request instead. `everybody` by default.',
  ),
  lastSeen: Audience.describe(
    'The users who see when this user was last connected. `contacts` by default. Only contacts ever see whether the user is online.',
  ),
  appearOffline: z
    .boolean()
    .describe(
      'Whether other users see this user as offline. The time of the last connection stays what it was, and typing is not announced. False by default.',
    ),
};

export const Settings = z
  .object(settingFields)
  .meta({ id: 'Settings', description: 'What a user decides about themselves. Private: only the user reads it.' });
export type Settings = z.infer<typeof Settings>;

export const PatchSettingsBody = z
  .strictObject({
    whoMayAdd: settingFields.whoMayAdd.optional(),
    lastSeen: settingFields.lastSeen.optional(),
    appearOffline: settingFields.appearOffline.optional(),
  })
  .meta({ id: 'PatchSettingsBody', description: 'The settings to change; absent fields stay as they are.' });
export type PatchSettingsBody = z.infer<typeof PatchSettingsBody>;
