/** `/docs/assets/docs.css`: the style of the pages that Parley renders itself, light and dark. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #12151b);
  --raised: light-dark(#f5f6f9, #1a1f28);
  --line: light-dark(#dfe3ea, #2c333f);
  --ink: light-dark(#1b2230, #e4e8f0);
  --quiet: light-dark(#5b6577, #98a3b6);
  --accent: light-dark(#3a4fd0, #93a5ff);
  --good: light-dark(#1a7048, #6fd3a2);
  --warm: light-dark(#9a5200, #f0b36a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, 'Segoe UI', sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font: 0.875em/1.55 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 2rem; height: 3.5rem; padding: 0 1.5rem; background: var(--ground); border-bottom: 1px solid var(--line); }
.bar .brand { color: var(--ink); font-weight: 700; letter-spacing: -0.01em; }
.bar nav { display: flex; gap: 1.25rem; }
.bar [aria-current] { color: var(--ink); font-weight: 600; }
.columns { display: grid; grid-template-columns: 16rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
.side { position: sticky; top: 3.5rem; align-self: start; max-height: calc(100vh - 3.5rem); overflow-y: auto; padding: 1.25rem 1.5rem 3rem; font-size: 0.875rem; }
.side h2 { margin: 1.25rem 0 0.35rem; color: var(--quiet); font-size: 0.75rem; text-transform: uppercase; letter-spacing: 0.06em; }
.side ul { margin: 0; padding: 0; list-style: none; }
.side li a { display: block; padding: 0.15rem 0; color: var(--ink); }
main { min-width: 0; padding: 1.5rem 2rem 6rem; }
h1 { margin: 0.5rem 0 0.75rem; font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; }
main > h2 { margin: 3rem 0 1rem; padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); font-size: 1.375rem; }
h3 { margin: 0 0 0.35rem; font-size: 1.0625rem; }
h3 a { color: var(--ink); font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
h4 { margin: 1rem 0 0.35rem; color: var(--quiet); font-size: 0.8125rem; font-weight: 600; }
main section { margin: 1rem 0; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: 10px; }
main section:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
main section > p { margin: 0.25rem 0 0.75rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
tr:first-child > * { border-top: 0; }
.fields th { width: 15rem; font-weight: 500; }
.optional, .quiet { color: var(--quiet); font-size: 0.8125rem; font-weight: 400; }
.chips { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; list-style: none; }
.chips a { display: inline-block; padding: 0.1rem 0.55rem; border: 1px solid var(--line); border-radius: 99px; background: var(--raised); color: var(--ink); font: 0.8125rem/1.6 ui-monospace, Menlo, Consolas, monospace; }
.tag { margin-left: 0.5rem; padding: 0.1rem 0.5rem; border-radius: 6px; background: var(--raised); color: var(--quiet); font-size: 0.75rem; font-weight: 600; }
.tag.good { color: var(--good); }
.tag.warm { color: var(--warm); }
.example { position: relative; }
.example pre { margin: 0.75rem 0; padding: 1rem 1.1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); }
.example button { position: absolute; top: 0.6rem; right: 0.6rem; padding: 0.2rem 0.7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); color: var(--ink); font: inherit; font-size: 0.8125rem; cursor: pointer; }
details { margin: 0.5rem 0; }
summary { color: var(--accent); font-size: 0.8125rem; cursor: pointer; }
section pre { margin: 0.5rem 0; padding: 0.75rem 1rem; overflow-x: auto; border-radius: 8px; background: var(--raised); }
.steps { padding-left: 1.25rem; }
@media (max-width: 52rem) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  .side { position: static; max-height: none; padding-bottom: 0; columns: 2; }
  main { padding: 1rem 1.25rem 4rem; }
  .fields th { width: 9rem; }
}
`;

/** `/docs/assets/docs.js`: makes the copy buttons work. */
export const copyScript = `
for (const button of document.querySelectorAll('.example button')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const code = button.parentElement.querySelector('code').textContent;
    const done = await navigator.clipboard.writeText(code).then(() => 'Copied', () => 'Select and copy it');
    button.textContent = done;
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}
`;
