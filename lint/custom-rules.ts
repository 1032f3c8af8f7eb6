import { basename } from 'node:path';
import ts from 'typescript';
import type { SyntaxRule } from './syntax-rule.js';

/** Subjects of controllers and gateways that have no plural. */
const uncountable = new Set(['admin', 'auth', 'health', 'presence', 'sync', 'typing']);
const handlerDecorators = new Set(['Command', 'Endpoint', 'HotRoute']);

const inModules = (path: string): boolean => path.startsWith('src/modules/') && !path.endsWith('.spec.ts');
const isHandlerFile = (path: string): boolean => /\.(controller|gateway)\.ts$/.test(path);

/** The customs of CONTRIBUTING that a machine can check. */
export const customRules: readonly SyntaxRule[] = [
  {
    name: 'caught-error-name',
    applies: (path) => path.endsWith('.ts'),
    check: (node) =>
      ts.isCatchClause(node) && node.variableDeclaration !== undefined && node.variableDeclaration.name.getText() !== 'error'
        ? 'a caught value is named `error`'
        : undefined,
  },
  {
    name: 'exported-class-doc',
    applies: inModules,
    check: (node) =>
      ts.isClassDeclaration(node) && isExported(node) && ts.getJSDocCommentsAndTags(node).length === 0
        ? 'an exported class has a JSDoc sentence that says what it promises'
        : undefined,
  },
  {
    name: 'plural-handlers',
    applies: (path) => inModules(path) && isHandlerFile(path),
    check: (node) => {
      if (!ts.isSourceFile(node)) return undefined;
      const [subject = ''] = basename(node.fileName).split('.');
      return subject.endsWith('s') || uncountable.has(subject)
        ? undefined
        : 'controllers and gateways have plural names, as in messages.controller.ts';
    },
  },
  {
    name: 'caller-first',
    applies: (path) => inModules(path) && isHandlerFile(path),
    check: (node) => {
      if (!ts.isMethodDeclaration(node) || !isHandler(node)) return undefined;
      const place = node.parameters.findIndex(({ name }) => name.getText() === 'caller');
      return place > 0 ? 'a handler takes the caller first' : undefined;
    },
  },
  {
    name: 'file-named-after-class',
    applies: inModules,
    check: (node) => {
      if (!ts.isSourceFile(node)) return undefined;
      const classes = node.statements.filter(ts.isClassDeclaration).filter(isExported);
      const [only] = classes;
      if (classes.length !== 1 || only?.name === undefined) return undefined;
      const file = basename(node.fileName, '.ts').replaceAll('.', '-');
      const name = kebabCase(only.name.text);
      const isChange = node.fileName.includes('/changes/') && name.startsWith(`${file}-`);
      // A file that is named after its main function, such as a decorator, may export a class too.
      const functions = node.statements.filter(ts.isFunctionDeclaration).map((one) => kebabCase(one.name?.text ?? ''));
      return file === name || file.replace(/-entity$/, '') === name || isChange || functions.includes(file)
        ? undefined
        : `${only.name.text} is exported from ${file}.ts: name the file ${name}.ts`;
    },
  },
];

/** `SendMessage` as `send-message`. */
function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function isExported(node: ts.ClassDeclaration): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function isHandler(node: ts.MethodDeclaration): boolean {
  return (ts.getDecorators(node) ?? []).some(({ expression }) => {
    const callee = ts.isCallExpression(expression) ? expression.expression : expression;
    return ts.isIdentifier(callee) && handlerDecorators.has(callee.text);
  });
}
