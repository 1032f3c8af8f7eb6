import { checkSyntax, syntaxRules } from './syntax-rules.js';

interface Example {
  readonly rule: string;
  readonly path: string;
  readonly breaks: readonly string[];
  readonly keeps: readonly string[];
}

const examples: readonly Example[] = [
  {
    rule: 'env-only-in-config',
    path: 'src/modules/auth/tokens.ts',
    breaks: ['const secret = process.env.AUTH_SECRET;', "import { env } from 'node:process';"],
    keeps: ["const words = 'process.env';", '// process.env is read elsewhere\nexport const one = 1;'],
  },
  {
    rule: 'clock-only',
    path: 'src/modules/presence/typing.ts',
    breaks: ['const now = Date.now();', 'const read = Date.now;', 'const at = new Date();'],
    keeps: ['const now = performance.now();', 'const at = new Date(row.created_at);', 'const at = clock.date();'],
  },
  {
    rule: 'no-barrels',
    path: 'src/modules/messages/messages.ts',
    breaks: ["export * from './send/send-message.js';", "export { SendMessage } from './send/send-message.js';"],
    keeps: ['export const one = 1;', 'const two = 2;\nexport { two };'],
  },
  {
    rule: 'no-forward-ref',
    path: 'src/modules/users/users.module.ts',
    breaks: ['const late = forwardRef(() => Users);'],
    keeps: ["const words = 'forwardRef';"],
  },
  {
    rule: 'no-fetch-sockets',
    path: 'src/modules/messages/send/deliver.ts',
    breaks: ['await server.in(room).fetchSockets();'],
    keeps: ['server.to(room).emit(name);'],
  },
  {
    rule: 'no-skipped-tests',
    path: 'test/e2e/messages.spec.ts',
    breaks: [
      "it.skip('a', () => {});",
      "describe.only('b', () => {});",
      "xit('c', () => {});",
      "test.skip.each([1])('d', () => {});",
      "(isInstalled ? describe : describe.skip)('e', () => {});",
      "it.todo('e');",
    ],
    keeps: ["it('skips what it knows', () => {});", 'list.only(one);', "it.each([1])('f', () => {});"],
  },
  {
    rule: 'no-casts',
    path: 'src/modules/users/user.ts',
    breaks: ['const id = text as UserId;', 'const id = <UserId>text;', 'const x = y as unknown as Z;'],
    keeps: [
      "const kinds = ['a'] as const;",
      '// Cast: the map holds for each key the type of that key.\nconst id = map.get(key) as Value;',
      "import { a as b } from './c.js';",
    ],
  },
];

describe('rules about constructs', () => {
  it('has an example for each rule', () => {
    expect(examples.map(({ rule }) => rule)).toEqual(syntaxRules.map(({ name }) => name));
  });

  for (const { rule, path, breaks, keeps } of examples) {
    it.each(breaks)(`${rule} refuses: %s`, (text) => {
      expect(checkSyntax({ path, text }).map((finding) => finding.rule)).toContain(rule);
    });

    it.each(keeps)(`${rule} allows: %s`, (text) => {
      expect(checkSyntax({ path, text })).toEqual([]);
    });
  }

  it('allows the settings to read the environment', () => {
    expect(checkSyntax({ path: 'src/platform/config/load-config.ts', text: 'const all = process.env;' })).toEqual([]);
  });

  it('names the line', () => {
    expect(checkSyntax({ path: 'src/main.ts', text: '\n\nconst all = process.env;' })).toEqual([
      expect.objectContaining({ path: 'src/main.ts', line: 3 }),
    ]);
  });
});
