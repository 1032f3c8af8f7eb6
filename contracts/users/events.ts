import { event, type EventSpec } from '../event.js';
import { exampleSettings } from './examples.js';
import { Settings } from './schemas.js';

export const userEvents = {
  'settings.changed': event({
    summary: 'My settings changed',
    description: 'Sent when the user changes their settings on any device. Carries all settings as they are now.',
    to: "the user's own sockets",
    payload: Settings,
    example: exampleSettings,
  }),
} as const satisfies Record<string, EventSpec>;
