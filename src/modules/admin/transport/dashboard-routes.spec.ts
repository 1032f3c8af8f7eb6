import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { toOwnPage } from './dashboard-routes.js';

// The template that the dashboard renders, as the installed version has it.
const board = join(createRequire(__filename).resolve('@bull-board/ui/package.json'), '..', 'dist', 'index.ejs');

test('the dashboard requests nothing from other origins, and keeps its own style', () => {
  const page = toOwnPage(readFileSync(board, 'utf8'));
  expect(page).not.toMatch(/<(?:link|script|img)\b[^>]*(?:href|src)="(?:https?:)?\/\//);
  expect(page).toMatch(/<link[^>]*href="static\/css\/main/);
});

test('the dashboard has a logout', () => {
  expect(toOwnPage(readFileSync(board, 'utf8'))).toContain('<form method="post" action="/admin/logout"');
});
