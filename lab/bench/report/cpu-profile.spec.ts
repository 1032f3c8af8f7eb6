import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProfiles } from './cpu-profile.js';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 0 });
const nodes = [
  { id: 1, callFrame: frame('(root)', ''), children: [2, 4] },
  { id: 2, callFrame: frame('accept', 'file:///x/dist/src/modules/messages/send/accept.js'), children: [3] },
  { id: 3, callFrame: frame('stringify', '') },
  { id: 4, callFrame: frame('(idle)', '') },
];
/** From clock 1,000 on: 100 us of accept, 200 us of a function that it calls, 700 us idle. */
const profile = { nodes, startTime: 1000, samples: [2, 3, 4, 4], timeDeltas: [0, 100, 200, 700] };

const shareOf = (text: string, step: string): string | undefined => new RegExp(`^${step} +([\\d.]+) %`, 'm').exec(text)?.[1];

describe('describeProfiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-profile-spec-'));
  writeFileSync(join(folder, 'one.cpuprofile'), JSON.stringify(profile));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('counts shared functions for the step that called them', async () => {
    const text = await describeProfiles(folder, []);
    expect(shareOf(text, 'accept')).toBe('30.0');
    expect(shareOf(text, 'idle')).toBe('70.0');
  });

  it('counts only samples within the spans', async () => {
    const text = await describeProfiles(folder, [{ from: 1000, until: 1300 }]);
    expect(shareOf(text, 'accept')).toBe('100.0');
    expect(shareOf(text, 'idle')).toBeUndefined();
  });
});
