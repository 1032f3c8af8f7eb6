import { createHash } from 'node:crypto';
import { contentSecurityPolicy } from '../../../transport/content-security-policy.js';
import { escapeHtml } from '../../../transport/html.js';

const style = `
:root { color-scheme: light dark; --line: #8886; --accent: #2457d6; }
body { font: 16px/1.5 system-ui, sans-serif; display: grid; min-height: 100vh; margin: 0; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(22rem, calc(100vw - 3rem)); }
h1 { font-size: 1.4rem; margin: 0 0 1.25rem; }
label { display: block; margin: 0 0 1rem; font-size: .9rem; }
input { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit; border: 1px solid var(--line); border-radius: .4rem; }
button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 0; border-radius: .4rem; cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { margin: 0 0 1rem; padding: .6rem .7rem; border-left: 4px solid #c62828; background: #c6282822; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Allows the login page its own style, and to post to this server. */
export const loginPagePolicy = contentSecurityPolicy({ 'style-src': [`'sha256-${styleHash}'`], 'form-action': ["'self'"] });

/** The operators' login page: one document without scripts. `alert` is plain text, shown above the form. */
export function loginPage(alert?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Log in · Parley operations</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Parley operations</h1>
${alert === undefined ? '' : `<p role="alert">${escapeHtml(alert)}</p>`}
<form method="post" action="/admin/login">
<label>Operator<input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" maxlength="1024" required></label>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
`;
}
