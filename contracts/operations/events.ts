import { event, type EventSpec } from '../event.js';
import { exampleNotice } from './examples.js';
import { Notice } from './schemas.js';

export const operationEvents = {
  notice: event({
    summary: 'The operator sent a notice',
    description: 'Show it to the user. It is sent once and cannot be fetched later.',
    to: 'every connected socket',
    payload: Notice,
    example: exampleNotice,
  }),
} as const satisfies Record<string, EventSpec>;
