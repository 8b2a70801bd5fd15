import type { StaticFile } from '../node/staticFiles.ts';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hardcase</title>
<link rel="stylesheet" href="/sign-in.css">
<main>
<h1>Hardcase</h1>
<p id="message" role="status">Signing in…</p>
</main>
<script src="/sign-in.js"></script>
</html>
`;

const style = `:root { color-scheme: dark light }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 13px/18px system-ui, sans-serif; background: #0f1115; color: #e6e9ee }
h1 { font-size: 15px; font-weight: 600; margin: 0 0 8px }
p { margin: 0; color: #9aa4b2; max-width: 44ch }
@media (prefers-color-scheme: light) { body { background: #fff; color: #15181d } p { color: #5c6672 } }
`;

// The token stands in the fragment, which no request and no Referer carries; it is gone from the address before the page opens.
const script = `'use strict';
(async () => {
  const say = (text) => { document.getElementById('message').textContent = text; };
  const parameters = new URLSearchParams(location.hash.slice(1));
  const token = parameters.get('token');
  const to = parameters.get('to') || '/';
  if (!token) return say('Open the address that "hardcase serve" printed: it signs this browser in.');
  history.replaceState(null, '', '/');
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Hardcase': '1' },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return location.replace('/#' + (to.startsWith('/') ? to : '/')), location.reload();
    say(answer.status === 429
      ? 'Too many wrong addresses were tried. Wait a minute, then open the printed address again.'
      : 'This address is of an earlier start. Open the one that "hardcase serve" printed last.');
  } catch {
    say('Hardcase does not answer. Is "hardcase serve" still running?');
  }
})();
`;

const file = (type: string, text: string): StaticFile => ({
  body: new TextEncoder().encode(text),
  headers: { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' },
});

/** What a browser without our cookie gets instead of the app. */
export const signInPage: StaticFile = file('text/html', page);
/** The parts of it that are served without a cookie. */
export const signInParts: ReadonlyMap<string, StaticFile> = new Map([
  ['/sign-in.css', file('text/css', style)],
  ['/sign-in.js', file('text/javascript', script)],
]);
