import { createHash } from 'node:crypto';
import { loginPage, loginPagePolicy } from './login-page.js';

test('the policy allows exactly the style that is in the page, and no script', () => {
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(loginPage()) ?? [];
  expect(loginPagePolicy).toContain(createHash('sha256').update(style).digest('base64'));
  expect(loginPagePolicy).toContain("default-src 'none'");
  expect(loginPage()).not.toMatch(/<script|https?:/);
});

test('an alert is shown as text', () => {
  expect(loginPage('<b>"&')).toContain('<p role="alert">&lt;b&gt;&quot;&amp;</p>');
});
