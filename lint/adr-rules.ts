import type { Finding, SourceFile } from './finding.js';

const wordsMax = 250;

/** Reports a decision record that is longer than a reader takes in at once, counted as `wc -w` counts. */
export function checkAdrLength({ path, text }: SourceFile): Finding[] {
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  if (!/^docs\/adr\/\d{4}-[^/]+\.md$/.test(path) || words <= wordsMax) return [];
  const message = `an ADR has at most ${wordsMax} words, this one has ${words}: move figures and details to docs/performance`;
  return [{ path, line: 1, rule: 'adr-length', message }];
}
