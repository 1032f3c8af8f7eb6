import { OutageLog } from './outage-log.js';

test('an outage is one line, however many tell of it, and closing says nothing', () => {
  const lines: unknown[] = [];
  const log = new OutageLog({ warn: (line: unknown) => void lines.push(line) }, 'trouble');
  for (let i = 0; i < 100; i++) log.report(new Error('away'));
  log.mute();
  log.report(new Error('closed'));
  expect(lines).toHaveLength(1);
});
