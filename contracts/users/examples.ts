import type { z } from 'zod';
import { examples } from '../examples.js';
import type { Settings, User } from './schemas.js';

export const exampleUser: z.input<typeof User> = {
  id: examples.ada,
  username: 'ada',
  displayName: 'Ada Lovelace',
  avatarUrl: 'https://example.com/avatars/ada.png',
  metadata: { team: 'engines' },
  createdAt: examples.registeredAt,
};

export const exampleSettings: z.input<typeof Settings> = { whoMayAdd: 'contacts', lastSeen: 'contacts', appearOffline: false };
