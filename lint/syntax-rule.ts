import type ts from 'typescript';

/** A rule about one construct. */
export interface SyntaxRule {
  readonly name: string;
  /** Whether the rule checks this file. */
  readonly applies: (path: string) => boolean;
  /** What is wrong with a node; undefined if nothing is. */
  readonly check: (node: ts.Node) => string | undefined;
}
