import ts from 'typescript';
import type { Finding, SourceFile } from './finding.js';

/** A statement or a part of one, as written in the source. Values inserted at run time are `${name}`. */
export interface SqlText {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Tables, each with the column of its conversation. */
export type Distribution = Readonly<Record<string, string>>;

const migrations = /^src\/database\/migrations\//;
/** Tables that are not distributed: one queue for the whole database, and the tables of the embedded log. */
export const localTables = /^(search_queue|log_\w+)$/;

const statement = /^\s*(?:WITH|SELECT|INSERT INTO|UPDATE|DELETE FROM)\b/;
/** Words that follow a table and are not its alias. */
const keyword = 'SET|WHERE|ON|JOIN|USING|ORDER|LEFT|CROSS|VALUES|LIMIT|GROUP|FOR|SELECT|DO';
const reference = new RegExp(
  `\\b(?:INTO\\s+([a-z_]+)|(?:FROM|JOIN|UPDATE|USING)\\s+([a-z_]+)\\b(?!\\s*\\())(?:\\s+(?:AS\\s+)?(?!(?:${keyword})\\b)([a-z_]\\w*))?`,
  'gi',
);

/** Reports statements in src on a table of conversations that do not name the conversation, because Citus would run them on every worker. */
export function checkDistribution(files: readonly SourceFile[]): Finding[] {
  const schema = files
    .filter(({ path }) => migrations.test(path))
    .map(({ text }) => text)
    .join('\n');
  const distribution = Object.fromEntries(Object.entries(conversationTables(schema)).filter(([name]) => !localTables.test(name)));
  return files
    .filter(({ path }) => /^src\/.*(?<!\.spec)\.ts$/.test(path) && !path.includes('/migrations/'))
    .flatMap(sqlTextsOf)
    .flatMap(({ path, line, text }) =>
      unboundTables(text, distribution).map((table) => {
        const message = `the statement names ${table} without its conversation_id`;
        return { path, line, rule: 'conversation-tables', message };
      }),
    );
}

/** The tables of these CREATE TABLE statements whose primary key begins with the conversation. */
export function conversationTables(schema: string): Distribution {
  const tables = [...schema.matchAll(/CREATE TABLE (\w+) \(([^]*?)\n {2,}\)/g)].flatMap(
    ([, name = '', body = '']): Array<[string, string]> => {
      const [, first] = /PRIMARY KEY \((\w+)/.exec(body) ?? [];
      return first === 'conversation_id' ? [[name, first]] : [];
    },
  );
  return Object.fromEntries(tables);
}

/** Every SQL statement in a file, with the constants of the same file inserted. */
export function sqlTextsOf({ path, text }: SourceFile): SqlText[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const constants = constantsOf(tree);
  const found: SqlText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) {
      const written = textOf(node, constants);
      if (statement.test(written)) {
        found.push({ path, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1, text: written });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The tables of a statement that it does not restrict to conversations, by equality, a list, or a join on the column. */
export function unboundTables(sql: string, distribution: Distribution): string[] {
  const unbound = [...sql.matchAll(reference)].flatMap((match) => {
    const [, into, from = '', alias] = match;
    const table = into ?? from;
    const column = distribution[table];
    if (column === undefined || isDefinedHere(sql, table)) return [];
    const isFine =
      into === undefined
        ? isBound(scopeAround(sql, match.index), column, alias ?? table, alias === undefined)
        : new RegExp(`^INTO\\s+${table}[^(]*\\([^)]*\\b${column}\\b`, 'i').test(sql.slice(match.index));
    return isFine ? [] : [table];
  });
  return [...new Set(unbound)];
}

/** Whether the scope has `a.column = x`, `x = a.column`, `a.column = ANY (...)` or `(a.column, b) IN (...)`; without `a.` if the table has no alias. */
function isBound(scope: string, column: string, name: string, isBare: boolean): boolean {
  const qualified = `${name}\\.${column}`;
  const target = isBare ? `(?:${qualified}|(?<![.\\w])${column})` : qualified;
  return (
    new RegExp(`${target}\\s*(?:=|IN\\b)`, 'i').test(scope) ||
    new RegExp(`=\\s*${target}\\b`, 'i').test(scope) ||
    new RegExp(`\\(\\s*${target}\\s*,[^()]*\\)\\s*(?:=|IN\\b)`, 'i').test(scope) ||
    new RegExp(`USING\\s*\\(\\s*${column}\\b`, 'i').test(scope)
  );
}

/** Whether the statement itself defines the name (`WITH deleted AS`), so that it is not a table. */
function isDefinedHere(sql: string, name: string): boolean {
  return new RegExp(`\\b${name}\\s+AS\\s+\\(`, 'i').test(sql);
}

/** The innermost query in parentheses around a position, or the whole statement. */
function scopeAround(sql: string, place: number): string {
  const open: number[] = [];
  for (let index = 0; index < place; index += 1) {
    if (sql[index] === '(') open.push(index);
    else if (sql[index] === ')') open.pop();
  }
  const start = open.findLast((index) => /^\(\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql.slice(index)));
  return start === undefined ? outside(sql) : sql.slice(start, closing(sql, start));
}

/** The statement without its WITH queries, so that the condition of one does not count for another. */
function outside(sql: string): string {
  return sql.replace(/\bAS\s+\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)/gi, '');
}

function closing(sql: string, start: number): number {
  let depth = 0;
  for (let index = start; index < sql.length; index += 1) {
    if (sql[index] === '(') depth += 1;
    else if (sql[index] === ')' && --depth === 0) return index;
  }
  return sql.length;
}

function constantsOf(tree: ts.SourceFile): Map<string, string> {
  const constants = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && isText(node.initializer))
      constants.set(node.name.text, textOf(node.initializer, constants));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return constants;
}

function isText(node: ts.Node): node is ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

function textOf(node: ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression, constants: Map<string, string>): string {
  if (!ts.isTemplateExpression(node)) return node.text;
  const parts = node.templateSpans.map(({ expression, literal }) => {
    const name = expression.getText();
    return `${constants.get(name) ?? `\${${name}}`}${literal.text}`;
  });
  return node.head.text + parts.join('');
}
