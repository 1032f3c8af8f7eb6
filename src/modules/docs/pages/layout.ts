import { html, type Html } from '../../../transport/html.js';

/** A group of links in the side bar. */
export interface NavGroup {
  readonly title: string;
  readonly links: readonly { readonly href: string; readonly label: string }[];
}

const documents = [
  { href: '/docs', label: 'REST' },
  { href: '/docs/events', label: 'Events' },
  { href: '/docs/errors', label: 'Errors' },
];

/** A whole page with top bar, side bar and content. `here` is the page's own address. */
export function page(title: string, here: string, nav: readonly NavGroup[], content: Html): string {
  const bar = documents.map(({ href, label }) =>
    href === here ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}">${label}</a>`,
  );
  const groups = nav.map(({ title: heading, links }) => {
    const items = links.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`);
    return html`<h2>${heading}</h2>
      <ul>
        ${items}
      </ul>`;
  });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Parley</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/assets/docs.css" />
        <script src="/docs/assets/docs.js" defer></script>
      </head>
      <body>
        <header class="bar">
          <a class="brand" href="/docs">Parley</a>
          <nav aria-label="Documents">${bar}</nav>
        </header>
        <div class="columns">
          <nav class="side" aria-label="On this page">${groups}</nav>
          <main>${content}</main>
        </div>
      </body>
    </html> `.text;
}
