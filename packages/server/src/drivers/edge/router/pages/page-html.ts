import { createHash } from 'node:crypto';
import type { Page } from './pages.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Also drops control characters (a log's colours) except line feed and tab. */
export const escapeHtml = (text: string | number): string =>
  String(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    .replace(/\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#566273;--ground:#f6f7f9;--card:#fff;--line:#d9dee6;--mark:#714b67}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf1;--soft:#a3aebd;--ground:#12161c;--card:#1a2029;--line:#303946;--mark:#c9a3bf}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{width:100%;max-width:44rem;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--mark);border-radius:.6rem;padding:2rem;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 1rem}
p{margin:.5rem 0}.of,footer{color:var(--soft);font-size:.92rem}
pre{max-height:22rem;overflow:auto;padding:1rem;border:1px solid var(--line);border-radius:.4rem;background:var(--ground);font:.82rem/1.5 ui-monospace,monospace;white-space:pre-wrap}
pre:focus-visible{outline:2px solid var(--mark)}
footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.8rem}
`;

/** Asks for the host's state and loads the page anew when it changed: at once into Odoo when it serves. A page that answered a POST is left by a GET, or says that the form may be sent again. */
const SCRIPT = `
const page = document.documentElement.dataset;
const renew = () => {
  if (page.method === 'GET') location.reload();
  else if (page.again) {
    for (const said of document.querySelectorAll('main p')) said.remove();
    document.querySelector('h1').textContent = page.again;
  } else location.replace(location.href.split('#')[0]);
};
const look = async () => {
  try {
    const state = await (await fetch('/_slipway/state', { cache: 'no-store' })).json();
    if (state.kind === 'serve' || state.fingerprint !== page.fingerprint) return renew();
  } catch {}
  setTimeout(look, document.hidden ? 15000 : Number(page.every));
};
setTimeout(look, Number(page.every));
`;

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this style and this script, known by their hashes: text that came through unescaped would still do nothing. */
export const PAGE_POLICY = `default-src 'none'; style-src ${hashSource(STYLE)}; script-src ${hashSource(SCRIPT)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function renderPage(page: Page, options: { readonly fingerprint: string; readonly method: string }): string {
  const every =
    page.name === 'bad-gateway' ? 5_000 : page.name === 'closed' || page.name === 'not-found' ? 15_000 : 2_000;
  const again = page.again === null ? '' : ` data-again="${escapeHtml(page.again)}"`;
  return `<!doctype html>
<html lang="en" data-fingerprint="${escapeHtml(options.fingerprint)}" data-method="${escapeHtml(options.method)}" data-every="${every}"${again}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(page.heading)}</title>
<noscript><meta http-equiv="refresh" content="10"></noscript>
<style>${STYLE}</style>
</head>
<body>
<main>
${about(page)}<h1 role="status">${escapeHtml(page.heading)}</h1>
${page.says.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${lastLines(page)}${footer(page)}</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function about({ facts }: Page): string {
  const number = facts.number === undefined ? '' : `Pull request ${facts.number}`;
  const parts = [number, facts.title ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? '' : `<p class="of">${escapeHtml(parts.join(' · '))}</p>\n`;
}

function lastLines({ facts }: Page): string {
  if (facts.lines === undefined || facts.lines === '') return '';
  return `<pre tabindex="0" role="region" aria-label="Last lines of the log">${escapeHtml(facts.lines)}</pre>\n`;
}

function footer({ facts }: Page): string {
  const run = facts.run === undefined ? '' : `Run <code>${escapeHtml(facts.run)}</code>`;
  const since =
    facts.since === undefined
      ? ''
      : `since <time datetime="${escapeHtml(facts.since)}">${escapeHtml(facts.since)}</time>`;
  const parts = [run, since].filter((part) => part !== '');
  return parts.length === 0 ? '' : `<footer>${parts.join(' · ')}</footer>\n`;
}
