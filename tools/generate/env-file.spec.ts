import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '#platform/config/load-config.js';
import { renderEnvFile } from './env-file.js';

test('the generated .env file changes no setting', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-env-file-'));
  try {
    const envFile = join(directory, 'rendered.env');
    writeFileSync(envFile, renderEnvFile());
    expect(loadSettings({ environment: {}, directory, envFile })).toEqual(loadSettings({ environment: {}, directory }));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
