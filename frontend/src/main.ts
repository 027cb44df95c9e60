import htmx from 'htmx.org';
import './style/main.css';
import { drafts } from './drafts';
import { forms } from './forms';
import { renew } from './morph';
import { palette } from './palette';
import { keepTimes } from './relative';
import { Live, announce } from './live';
import { say, seenIn, takeAway, takePage } from './page';
import { once } from './once';

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;

// Forms and links marked data-quiet change the page in place; without this script they are ordinary forms and links.
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector<HTMLMetaElement>('meta[name=csrf-token]');
  if (token?.dataset['header']) {
    (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers[token.dataset['header']] = token.content;
  }
});

htmx.defineExtension('calm', {
  isInlineSwap: (style: string) => style === 'calm',
  handleSwap: (style: string, target: Node, fragment: Node) => {
    const next = fragment instanceof Element ? fragment : (fragment as DocumentFragment).firstElementChild;
    if (style === 'calm' && next && target instanceof Element) {
      renew(target, next);
      // now, not when htmx has settled: what a button says from here on is what a press must do
      quieten(document);
      return [target];
    }
    return false;
  },
});

/** Where each leads, as htmx knows it: it reads that once, and a look at the page may make another button of this one. */
const leads = new WeakMap<HTMLElement, string>();

function quieten(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-quiet]')) {
    const question = element.dataset['confirm'] ?? '';
    const where = [element.getAttribute('action') ?? element.getAttribute('href'), question].join('\n');
    if (leads.get(element) === where) continue;
    leads.set(element, where);
    // a second press while the first is under way is none; of a slider, the newest value counts
    const sync = element.querySelector('[data-submits]') ? 'this:queue last' : 'this:drop';
    for (const [name, value] of Object.entries({ 'hx-boost': 'true', 'hx-ext': 'calm', 'hx-target': '#page', 'hx-select': '#page', 'hx-swap': 'calm show:none', 'hx-sync': sync })) {
      element.setAttribute(name, value);
    }
    if (question) element.setAttribute('hx-confirm', question);
    else element.removeAttribute('hx-confirm');
    htmx.process(element);
  }
}

document.addEventListener('htmx:sendError', () => say('It was not sent', 'The server cannot be reached. What is on this page stays; try again when it is live.'));
document.addEventListener('htmx:responseError', (event) => {
  const status = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status;
  say('It was not done', `The server answered ${status}. Reload the page to see how things stand, and try again.`);
  // perhaps its reader is signed out, may not any more, or what it was about is gone
  live.look();
});

/** A network that swallows everything must not keep the next look waiting for ever. */
const PATIENCE = 20_000;

const live: Live = new Live({
  show: (state) => announce(state, () => live.retryNow()),
  refresh: async () => {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html', 'Rubicon-Look': 'again' }, credentials: 'same-origin', signal: AbortSignal.timeout(PATIENCE) });
    const seen = seenIn(answer);
    if (seen === 'seen' && answer.ok && !answer.redirected) takePage(await answer.text());
    else if (seen === 'refused' || seen === 'gone') takeAway(seen);
    return seen;
  },
});

/** The editor is heavy, and one page needs it. Without it the text area is what it is. */
async function editors(): Promise<void> {
  const area = document.querySelector<HTMLTextAreaElement>('textarea[data-editor]:not([data-taken])');
  if (!area) return;
  area.dataset['taken'] = 'true';
  (await import('./editor/editor')).edit(area);
}

/** Curves are drawn where there are some; the library comes with the first. */
async function curves(): Promise<void> {
  const link = document.querySelector<HTMLAnchorElement>('a[data-curve]:not([data-taken])');
  const table = document.querySelector<HTMLElement>('#curve:not([data-taken])');
  if (!link && !table) return;
  if (link) link.dataset['taken'] = 'true';
  if (table) table.dataset['taken'] = 'true';
  const { fetched, draw } = await import('./curves/curves');
  if (link) await fetched(link);
  else if (table) draw(table);
}

function settle(): void {
  quieten(document);
  forms(document);
  void editors();
  void curves();
  live.follow(document.getElementById('page'));
}

document.addEventListener('rubicon:page', settle);
document.addEventListener('htmx:afterSettle', settle);
document.addEventListener('visibilitychange', () => live.visible(!document.hidden));
// A page that came back by the back button shows how things stand now. One that answered a form becomes an ordinary
// place of the history: whoever comes back to it reads, and sends nothing again.
addEventListener('pageshow', (event) => { if (event.persisted) live.look(); });
history.replaceState(history.state, '', location.href);
document.documentElement.classList.add('scripted');
once();
drafts();
keepTimes(document);
palette(document.getElementById('jump'));
settle();
