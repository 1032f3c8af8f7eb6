import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stepOf } from './hot-path-steps.js';

const ofFile = (path: string) => {
  if (!existsSync(join(process.cwd(), path.replace(/\.js$/, '.ts')))) throw new Error(`there is no file ${path}`);
  return stepOf('run', `file:///somewhere/dist/${path}`);
};

describe('stepOf', () => {
  it('maps the files of the five steps to them', () => {
    expect(ofFile('src/modules/messages/send/accept.js')).toBe('accept');
    expect(ofFile('src/modules/log/group-commit.js')).toBe('commit');
    expect(ofFile('src/modules/messages/send/deliver.js')).toBe('deliver');
    expect(ofFile('src/modules/messages/workers/persist.js')).toBe('persist');
    expect(ofFile('src/modules/messages/send/created-messages-applier.js')).toBe('persist');
    expect(ofFile('src/modules/messages/workers/settle.js')).toBe('settle');
  });

  it('leaves shared functions to their callers', () => {
    expect(stepOf('stringify', '')).toBeUndefined();
    expect(stepOf('processTicksAndRejections', 'node:internal/process/task_queues')).toBeUndefined();
  });
});
