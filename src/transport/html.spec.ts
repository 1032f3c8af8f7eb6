import { html, prose } from './html.js';

describe('html', () => {
  it('escapes inserted values, in text and in attributes', () => {
    expect(html`<p title="${'"'}">${'<script>'} & ${[html`<b>${"'"}</b>`]}</p>`.text).toBe(
      '<p title="&quot;">&lt;script&gt; & <b>&#39;</b></p>',
    );
  });

  it('sets words between back quotes as code', () => {
    expect(prose('a `b<c` d').text).toBe('a <code>b&lt;c</code> d');
  });
});
