import { OutageLog } from './outage-log.js';

test('an outage is one line however many errors report it, and closing logs nothing', () => {
  const lines: unknown[] = [];
  const log = new OutageLog({ warn: (line: unknown) => void lines.push(line) }, 'trouble');
  for (let i = 0; i < 100; i++) log.reportError(new Error('away'));
  log.mute();
  log.reportError(new Error('closed'));
  expect(lines).toHaveLength(1);
});
