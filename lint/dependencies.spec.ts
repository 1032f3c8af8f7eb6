import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string() })) }),
  }),
});

/** A small repository: each `breaks` file contains one import that must be refused; the other files are imported by them. */
const targets: Readonly<Record<string, string>> = {
  'contracts/primitives.ts': "import 'zod';\nexport const one = 1;",
  'src/main.ts': 'export const one = 1;',
  'src/modules/users/users.ts': 'export const one = 1;',
  'src/modules/users/infra/user.entity.ts': 'export const one = 1;',
  'src/modules/log/group-commit.ts': 'export const one = 1;',
  'src/modules/admin/admin.ts': 'export const one = 1;',
  'src/platform/ids.ts': 'export const one = 1;',
  'test/support/server.ts': 'export const one = 1;',
  'tools/generate/documents.ts': 'export const one = 1;',
  'lab/support/wait.ts': 'export const one = 1;',
};

const breaks: Readonly<Record<string, { readonly rule: string; readonly imports: string }>> = {
  'contracts/a.ts': { rule: 'contracts-know-only-zod', imports: 'fastify' },
  'contracts/b.ts': { rule: 'product-imports-no-tests', imports: '../test/support/server.js' },
  'src/database/a.ts': { rule: 'layer-database', imports: '../modules/users/users.js' },
  'src/platform/a.ts': { rule: 'layer-platform', imports: '../modules/users/users.js' },
  'src/platform/c.ts': { rule: 'resolvable', imports: './nowhere.js' },
  'src/platform/d.ts': { rule: 'product-imports-no-development-tool', imports: 'jest' },
  'src/transport/a.ts': { rule: 'layer-transport', imports: '../modules/users/users.js' },
  'src/modules/admin/a.ts': { rule: 'layer-admin', imports: '../../main.js' },
  'src/modules/health/a.ts': { rule: 'layer-health', imports: '../admin/admin.js' },
  'src/modules/docs/a.ts': { rule: 'layer-docs', imports: '../admin/admin.js' },
  'src/modules/docs/b.ts': { rule: 'docs-knows-no-feature', imports: '../users/users.js' },
  'src/modules/sync/a.ts': { rule: 'layer-sync', imports: '../admin/admin.js' },
  'src/modules/receipts/a.ts': { rule: 'layer-receipts', imports: '../admin/admin.js' },
  'src/modules/retention/a.ts': { rule: 'layer-retention', imports: '../admin/admin.js' },
  'src/modules/messages/a.ts': { rule: 'layer-messages', imports: '../admin/admin.js' },
  'src/modules/messages/b.ts': { rule: 'module-subfolders-are-private', imports: '../users/infra/user.entity.js' },
  'src/modules/messages/domain/a.ts': { rule: 'domain-knows-no-framework', imports: '@nestjs/common' },
  'src/modules/messages/infra/message.entity.ts': { rule: '', imports: '../../../platform/ids.js' },
  'src/modules/messages/domain/b.ts': { rule: 'domain-knows-no-infra', imports: '../infra/message.entity.js' },
  'src/modules/presence/a.ts': { rule: 'layer-presence', imports: '../admin/admin.js' },
  'src/modules/conversations/a.ts': { rule: 'layer-conversations', imports: '../admin/admin.js' },
  'src/modules/auth/a.ts': { rule: 'layer-auth', imports: '../admin/admin.js' },
  'src/modules/users/a.ts': { rule: 'layer-users', imports: '../admin/admin.js' },
  'src/modules/users/b.ts': { rule: 'only-owner-imports-bullmq', imports: 'bullmq' },
  'src/modules/users/e.ts': { rule: 'only-owner-imports--nestjs-bullmq', imports: '@nestjs/bullmq' },
  'src/modules/users/c.ts': { rule: 'only-owner-imports-socket.io', imports: 'socket.io' },
  'src/modules/users/f.ts': { rule: 'only-owner-imports--nestjs-platform-socket.io', imports: '@nestjs/platform-socket.io' },
  'src/modules/users/g.ts': { rule: 'only-gateways-import-websockets', imports: '@nestjs/websockets' },
  'src/modules/users/transport/users.gateway.ts': { rule: '', imports: '@nestjs/websockets' },
  'src/modules/users/d.ts': { rule: 'only-owner-imports--bull-board', imports: '@bull-board/api' },
  'src/modules/realtime/a.ts': { rule: 'layer-realtime', imports: '../log/group-commit.js' },
  'src/modules/queues/a.ts': { rule: 'layer-queues', imports: '../log/group-commit.js' },
  'src/modules/log/a.ts': { rule: 'layer-log', imports: '../users/users.js' },
  'src/roles/a.ts': { rule: 'module-subfolders-are-private-to-the-rest', imports: '../modules/users/infra/user.entity.js' },
  'src/roles/b.ts': { rule: 'nothing-imports-lab', imports: '../../lab/support/wait.js' },
  'tools/cluster/a.ts': { rule: 'nothing-imports-lab', imports: '../../lab/support/wait.js' },
  'lab/bench/a.ts': { rule: 'lab-imports-only-the-product', imports: '../../test/support/server.js' },
  'lab/bench/b.ts': { rule: 'lab-imports-only-the-product', imports: '../../tools/generate/documents.js' },
  'lab/bench/c.ts': { rule: 'module-subfolders-are-private-to-the-rest', imports: '../../src/modules/users/infra/user.entity.js' },
  'src/roles/cycle-a.ts': { rule: 'no-cycles', imports: './cycle-b.js' },
  'src/roles/cycle-b.ts': { rule: '', imports: './cycle-a.js' },
};

/** The lowest layer, which has no imports. */
const unreachable = ['layer-contracts'];

describe('the module map', () => {
  const repository = resolve('.');
  const folder = mkdtempSync(join(tmpdir(), 'parley-module-map-'));
  const report = cruise();

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function cruise() {
    const sources = {
      ...targets,
      ...Object.fromEntries(Object.entries(breaks).map(([path, { imports }]) => [path, `import '${imports}';\nexport const two = 2;`])),
    };
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const name of ['package.json', 'tsconfig.json', 'node_modules']) symlinkSync(join(repository, name), join(folder, name));
    const binary = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const { stdout } = spawnSync(
      process.execPath,
      [binary, '--config', join(repository, '.dependency-cruiser.cjs'), '--output-type', 'json', 'contracts', 'src', 'tools', 'lab'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 64e6, timeout: 20_000 },
    );
    return Report.parse(JSON.parse(stdout)).summary;
  }

  it.each(Object.entries(breaks).filter(([, { rule }]) => rule !== ''))('refuses what %s imports', (path, { rule }) => {
    expect(report.violations.filter(({ from }) => from === path).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('allows imports from lower layers', () => {
    expect(
      report.violations.filter(
        ({ from }) => from.endsWith('message.entity.ts') || from.endsWith('users.gateway.ts') || from === 'contracts/primitives.ts',
      ),
    ).toEqual([]);
  });

  it('has an example for each rule', () => {
    const shown = new Set([...Object.values(breaks).map(({ rule }) => rule), ...unreachable]);
    expect(report.ruleSetUsed.forbidden.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
