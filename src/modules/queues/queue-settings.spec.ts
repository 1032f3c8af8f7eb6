import { queueSettings } from './queue-settings.js';

test('a queue without settings, or without one of them, does not compile', () => {
  const { receipts, ...others } = queueSettings;
  const { lockMs: _lockMs, ...incomplete } = receipts;
  // @ts-expect-error: the settings of `receipts` are missing.
  const withoutQueue: typeof queueSettings = others;
  // @ts-expect-error: one setting of `receipts` is missing.
  const withoutSetting: typeof queueSettings = { ...others, receipts: incomplete };
  expect([withoutQueue, withoutSetting]).toHaveLength(2);
});
