import { errorCatalogue, type ErrorSpec } from '#contracts/errors.js';
import { closingCodes, handshakeErrors, type ClosingCode } from '../closing-codes.js';
import { html, prose, type Html } from '../../../transport/html.js';
import { page } from './layout.js';

const catalogue = Object.entries<ErrorSpec>(errorCatalogue);
const closing = Object.entries<ClosingCode>(closingCodes);

/** `/docs/errors`: the catalogue in readable form. The `type` of a problem leads to the anchor of its code. */
export function errorsPage(): string {
  const content = html`<h1>Errors</h1>
    <p>
      Over REST an error is <code>application/problem+json</code> (RFC 9457), in an ack it is <code>{ ok: false, error }</code>, both with
      the same code. <em>Retryable</em> means that the same request can succeed later without a change; wait for
      <code>retryAfterMs</code> if it is present. <code>requestId</code> finds the request in the server log.
    </p>
    <h2 id="catalogue">Catalogue</h2>
    ${catalogue.map(([code, spec]) => errorSection(code, spec))}
    <h2 id="handshake">Refused handshakes</h2>
    <p>
      A client that may not connect receives <code>connect_error</code> with <code>data: { code }</code> before any event. The code is one
      of these.
    </p>
    <ul class="chips">
      ${handshakeErrors.map((code) => html`<li><a href="#${code}">${code}</a></li>`)}
    </ul>
    <h2 id="closing">Closing codes</h2>
    <p>
      Before the server closes a socket, it sends <a href="/docs/events#event-session.closing"><code>session.closing</code></a> with the
      reason.
    </p>
    ${closing.map(([code, words]) => closingSection(code, words))}`;
  const nav = [
    { title: 'Catalogue', links: catalogue.map(([code]) => ({ href: `#${code}`, label: code })) },
    {
      title: 'Sockets',
      links: [{ href: '#handshake', label: 'Refused handshakes' }, ...closing.map(([code]) => ({ href: `#closing-${code}`, label: code }))],
    },
  ];
  return page('Errors', '/docs/errors', nav, content);
}

function errorSection(code: string, { status, retryable, title, meaning }: ErrorSpec): Html {
  const retry = retryable ? html`<span class="tag good">retryable</span>` : html``;
  return html`<section id="${code}">
    <h3><a href="#${code}">${code}</a><span class="tag">${status}</span>${retry}</h3>
    <p><strong>${title}.</strong> ${prose(meaning)}</p>
  </section>`;
}

function closingSection(code: string, { meaning, duty }: ClosingCode): Html {
  return html`<section id="closing-${code}">
    <h3><a href="#closing-${code}">${code}</a></h3>
    <p>${prose(meaning)} <span class="quiet">${prose(duty)}</span></p>
  </section>`;
}
