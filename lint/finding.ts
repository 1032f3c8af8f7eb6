/** One violation of a rule of this repository. `line` counts from 1; a finding about a whole file is on line 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** A file of the repository; `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The line of `path` in the form that editors and CI understand. */
export function formatFinding({ path, line, rule, message }: Finding): string {
  return `${path}:${line}: ${message} [${rule}]`;
}
