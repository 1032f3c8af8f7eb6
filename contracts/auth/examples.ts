import type { z } from 'zod';
import { examples } from '../examples.js';
import { exampleUser } from '../users/examples.js';
import type { Session } from './schemas.js';

export const exampleSession: z.input<typeof Session> = {
  user: exampleUser,
  accessToken: examples.accessToken,
  refreshToken: examples.refreshToken,
  expiresIn: 900,
  sessionId: examples.sessionId,
};
