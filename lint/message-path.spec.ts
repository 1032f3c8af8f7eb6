import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** One step of the path in `docs/how-a-message-travels.md`. */
interface Hop {
  readonly file: string;
  readonly method: string;
  readonly calls: string;
}

const page = readFileSync('docs/how-a-message-travels.md', 'utf8');
const spine = section('spine')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line): Hop => {
    const [file = '', method = '', calls = ''] = [...line.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');
    return { file, method, calls };
  });
const listed = filesIn('files');
/** Files with decorated methods. They are discovered at startup, so nothing on the path imports them. */
const decorated = filesIn('decorated');

/** Files that a reader of the path opens. General helpers of the platform are not needed to follow it. */
const onThePath = new RegExp(
  `^src/(database|modules/(messages/(send|workers|transport|domain)|log(/embedded)?|realtime(/(wire|commands|connections|rooms|relay))?|queues|conversations))/[^/]+\\.ts$`,
);

function section(name: string): string {
  return new RegExp(`<!-- ${name} -->([^]*)<!-- /${name} -->`).exec(page)?.[1] ?? '';
}

function filesIn(name: string): string[] {
  return [...section(name).matchAll(/`(src\/[^`]+\.ts)`/g)].map(([, file]) => file ?? '');
}

/** The files that a file imports values from. Types are not needed to follow the calls. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const names = statement.importClause?.namedBindings;
    if (names !== undefined && ts.isNamedImports(names) && names.elements.every((element) => element.isTypeOnly)) return [];
    if (!ts.isStringLiteral(statement.moduleSpecifier) || !statement.moduleSpecifier.text.startsWith('.')) return [];
    return [join(dirname(file), statement.moduleSpecifier.text).replace(/\.js$/, '.ts')];
  });
}

/** The method's text, found by its name, or undefined. */
function textOf({ file, method }: Hop): string | undefined {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return [...methodsIn(source)].find((node) => node.name?.getText() === method)?.getText();
}

function* methodsIn(node: ts.Node): Generator<ts.MethodDeclaration | ts.FunctionDeclaration> {
  if (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) yield node;
  for (const child of node.getChildren()) yield* methodsIn(child);
}

test('a message takes at most ten hops from the socket to Postgres', () => {
  expect(spine.length).toBeGreaterThan(5);
  expect(spine.length).toBeLessThanOrEqual(10);
});

test.each(spine)('$file has $method', (hop) => {
  expect(existsSync(hop.file)).toBe(true);
  expect(textOf(hop)).toBeDefined();
});

test.each(spine)('$file calls $calls on the way', ({ file, calls }) => {
  expect(readFileSync(file, 'utf8')).toContain(calls);
});

test('the page lists exactly the files on the path, fewer than 68', () => {
  const reached = new Set<string>();
  const open = [...spine.map(({ file }) => file), ...decorated];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...importsOf(file).filter((imported) => onThePath.test(imported)));
  }
  expect([...listed, ...decorated].sort()).toEqual([...reached].sort());
  expect(reached.size).toBeLessThan(68);
});
