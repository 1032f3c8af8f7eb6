import type { z } from 'zod';
import { examples } from '../examples.js';
import type { Presence } from './schemas.js';

export const examplePresence: z.input<typeof Presence> = {
  userId: examples.grace,
  status: 'online',
  lastSeenAt: '2026-03-14T18:02:11.350Z',
  text: 'In the compiler room',
};
