import { queueSettings } from '../queue-settings.js';
import { backoffFor } from './bullmq-options.js';

const settings = { ...queueSettings.persistence, backoffMs: 100, backoffMaxMs: 1000 };

test('the wait doubles from run to run and never passes its bound', () => {
  const wait = backoffFor(settings, () => 1);
  expect([1, 2, 3, 4, 5, 50].map(wait)).toEqual([100, 200, 400, 800, 1000, 1000]);
});

test('at most half of the wait is left to chance', () => {
  const wait = backoffFor(settings, () => 0);
  expect([1, 2, 5].map(wait)).toEqual([50, 100, 500]);
});
