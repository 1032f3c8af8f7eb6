import ts from 'typescript';
import type { Finding, SourceFile } from './finding.js';

/** Words that a native engineer stumbles over, and what to write instead. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\b(nobody|somebody)\b/i, 'name the subject: no client, a member, an operator'],
  [/\bwhom\b/i, 'say who does what'],
  [/\bhalf as dear\b|\bis dear\b|\bso dear\b/i, 'expensive'],
  [/\bin vain\b/i, 'without effect'],
  [/\bto be had\b/i, 'available'],
  [/\bhurr(y|ies)\b/i, 'say what is limited: a timeout, a rate'],
  [/\bwho is not\b/i, 'non-members, other callers'],
  [/\btells of\b|\btold of\b/i, 'reports, notifies of'],
  [/\bin swarms\b/i, 'in bursts'],
  [/\bat the most\b/i, 'at most'],
  [/\bonce more\b/i, 'again'],
];

/** Reports words in comments that have a plainer form. */
export function checkEnglish({ path, text }: SourceFile): Finding[] {
  return commentsOf(path, text).flatMap(({ line, comment }) =>
    words.flatMap(([pattern, instead]) => {
      const [word] = pattern.exec(comment) ?? [];
      if (word === undefined) return [];
      const message = `"${word}" is hard to read: ${instead}`;
      return [{ path, line, rule: 'plain-english', message }];
    }),
  );
}

function commentsOf(path: string, text: string): { line: number; comment: string }[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) found.set(pos, text.slice(pos, end));
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) found.set(pos, text.slice(pos, end));
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return [...found].flatMap(([pos, comment]) => {
    const { line } = tree.getLineAndCharacterOfPosition(pos);
    return comment.split('\n').map((part, index) => ({ line: line + index + 1, comment: part }));
  });
}
