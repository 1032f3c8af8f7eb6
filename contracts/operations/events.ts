import type { EventSpec } from '../event.js';
import { Notice } from './schemas.js';

export const operationEvents = {
  notice: { summary: "An operator's notice", to: 'everybody who is connected', payload: Notice },
} as const satisfies Record<string, EventSpec>;
