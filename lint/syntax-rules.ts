import ts from 'typescript';
import { customRules } from './custom-rules.js';
import type { SyntaxRule } from './syntax-rule.js';
import type { Finding, SourceFile } from './finding.js';

const inProduct = (path: string): boolean => /^(src|contracts)\//.test(path) && !path.endsWith('.spec.ts');

export const syntaxRules: readonly SyntaxRule[] = [
  {
    name: 'env-only-in-config',
    applies: (path) => inProduct(path) && !path.startsWith('src/platform/config/'),
    check: (node) =>
      isMember(node, 'process', 'env') || importsFrom(node, 'node:process') ? 'settings are read in src/platform/config only' : undefined,
  },
  {
    name: 'clock-only',
    // The watch runs on a thread of its own, whose clock follows no store.
    applies: (path) => inProduct(path) && !path.startsWith('src/platform/clock/') && path !== 'src/platform/event-loop-watch.thread.ts',
    check: (node) =>
      isMember(node, 'Date', 'now') || isDateOfNow(node)
        ? 'the time of day comes from `clock` (src/platform/clock), and durations are measured with performance.now()'
        : undefined,
  },
  {
    name: 'no-barrels',
    applies: (path) => path.startsWith('src/modules/'),
    check: (node) =>
      ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined
        ? 'a module has no barrel: import from the file that defines it'
        : undefined,
  },
  {
    name: 'no-forward-ref',
    applies: inProduct,
    check: (node) =>
      ts.isIdentifier(node) && node.text === 'forwardRef'
        ? 'forwardRef hides a cycle: move the shared part to a module below both'
        : undefined,
  },
  {
    name: 'no-fetch-sockets',
    applies: (path) => inProduct(path) && !path.startsWith('src/modules/realtime/'),
    check: (node) => (ts.isIdentifier(node) && node.text === 'fetchSockets' ? 'fetchSockets asks every node: use rooms' : undefined),
  },
  {
    name: 'no-skipped-tests',
    applies: (path) => path.endsWith('.spec.ts'),
    check: (node) => (isSkipped(node) ? 'no skipped or focused tests: run the test or delete it' : undefined),
  },
  {
    name: 'no-casts',
    applies: (path) => inProduct(path) && !isParser(path),
    check: (node) =>
      isCast(node) && !hasReason(node)
        ? 'parse or narrow instead of a cast; if the compiler cannot know the type, explain it in the line above: `// Cast: ...`'
        : undefined,
  },
];

/** Every finding of the syntax rules in one file. */
export function checkSyntax(file: SourceFile): Finding[] {
  const rules = [...syntaxRules, ...customRules].filter((rule) => rule.applies(file.path));
  if (rules.length === 0) return [];
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    for (const rule of rules) {
      const message = rule.check(node);
      if (message !== undefined) findings.push({ path: file.path, line: lineOf(tree, node), rule: rule.name, message });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return findings;
}

function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

function isMember(node: ts.Node, object: string, member: string): boolean {
  return (
    ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === object && node.name.text === member
  );
}

function importsFrom(node: ts.Node, module: string): boolean {
  return ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && node.moduleSpecifier.text === module;
}

const testFunctions = new Set(['it', 'test', 'describe']);
const skippedFunctions = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);
const skippedModifiers = new Set(['skip', 'only', 'todo', 'failing']);

/** Also finds a test that is skipped under a condition, where `describe.skip` is a value and not called. */
function isSkipped(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return skippedFunctions.has(node.text) && ts.isCallExpression(node.parent);
  return ts.isPropertyAccessExpression(node) && skippedModifiers.has(node.name.text) && rootName(node) !== undefined;
}

function rootName(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return testFunctions.has(node.text) ? node.text : undefined;
  return ts.isPropertyAccessExpression(node) ? rootName(node.expression) : undefined;
}

/** Whether the file is a parser, which may cast because it turns external input into types. */
function isParser(path: string): boolean {
  return /\/(parse|decode)-[^/]+\.ts$|\.parser\.ts$|^src\/platform\/ids\.ts$/.test(path);
}

/** Whether the line above gives the reason of a cast. */
function hasReason(node: ts.Node): boolean {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return /^\s*\/\/ Cast: \S/.test(file.text.split('\n')[line - 1] ?? '');
}

function isCast(node: ts.Node): boolean {
  if (ts.isTypeAssertionExpression(node)) return true;
  return (
    ts.isAsExpression(node) &&
    !(ts.isTypeReferenceNode(node.type) && ts.isIdentifier(node.type.typeName) && node.type.typeName.text === 'const')
  );
}

/** `new Date()`, which reads the clock of the machine. */
function isDateOfNow(node: ts.Node): boolean {
  return ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
}
