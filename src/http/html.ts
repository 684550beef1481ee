// Texts → self-contained HTML pages: nothing is loaded from anywhere, and no text can become markup.
import { hash } from 'node:crypto';

/** HTML that is safe as it stands. */
export type Html = Readonly<{ html: string }>;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** A template whose values are escaped, but for those that are HTML, or lists of it. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return { html: strings.reduce((text, part, index) => `${text}${markup(values[index - 1] ?? '')}${part}`) };
}

function markup(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'object')
    return 'html' in value ? value.html : value.map((each) => each.html).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES.get(character) as string);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #5b6470; --line: #dfe3e8; --back: #fff; --soft: #f5f7f9; --link: #0b62c4; --live: #16803c; --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #a0a8b2; --line: #333940; --back: #15181b; --soft: #1d2125; --link: #7ab7ff; --live: #4cc38a; --bad: #ff9a8f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.1rem }
p { margin: .4rem 0 }
a { color: var(--link); text-underline-offset: .15em }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere }
.dim { color: var(--dim) }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: 1rem 0 0; padding: 0 }
#live { margin: 1.4rem 0 0; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--soft); overflow-wrap: anywhere }
#live::before { content: ''; display: inline-block; width: .6em; height: .6em; margin-right: .6em; border-radius: 50%; background: var(--dim) }
#live.on::before { background: var(--live) }
table { width: 100%; border-collapse: collapse }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-size: .85rem; color: var(--dim); font-weight: 600 }
.count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.empty h2 { margin-top: 0 }
main:has(.rows) { max-width: none }
.scroll { overflow-x: auto; margin-top: 1.4rem }
.rows { width: auto; min-width: 100%; font-size: .92rem }
.rows th, .rows td { padding: .4rem .9rem .4rem 0; max-width: 32rem; white-space: pre-wrap; overflow-wrap: break-word }
.rows th { white-space: nowrap }
.rows .count { white-space: nowrap }
.facts th, .facts td { overflow-wrap: break-word }
.facts th { white-space: nowrap }
.facts .name { max-width: 16rem }
h2 + .scroll { margin-top: 0 }
.bad { color: var(--bad) }
.empty { margin-top: 1.4rem; padding: 1.2rem 1.4rem; border: 1px dashed var(--line); border-radius: 8px }
`;

/** A whole page, and the Content-Security-Policy that lets just its own style and script run. */
export type Page = Readonly<{ text: string; policy: string }>;

/**
 * @param script its own script, if any; it may connect to this very server
 * @param style what it adds to the style of all pages
 */
export function page(title: string, body: Html, script = '', style = ''): Page {
  const own = script === '' ? { html: '' } : { html: `<script>${script}</script>` };
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ html: STYLE + style }}</style>
</head>
<body>
<main>
${body}
</main>
${own}
</body>
</html>
`;
  const sources = `style-src '${sourceHash(STYLE + style)}'; script-src '${sourceHash(script)}'`;
  return {
    text,
    policy: `default-src 'none'; ${sources}; img-src data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'`,
  };
}

function sourceHash(source: string): string {
  return `sha256-${hash('sha256', source, 'base64')}`;
}
