import type { Seen } from './live';
import { renew } from './morph';

/** Tells at the head of the page what the server could not. */
export function say(title: string, detail: string): void {
  document.getElementById('notice')?.remove();
  const notice = document.createElement('div');
  notice.id = 'notice';
  notice.className = 'notice bad';
  notice.setAttribute('role', 'alert');
  const words = document.createElement('div');
  const strong = document.createElement('strong');
  strong.textContent = title;
  const line = document.createElement('p');
  line.textContent = detail;
  words.append(strong, line);
  notice.append(words);
  document.getElementById('page')?.prepend(notice);
}

export function element(tag: string, words: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

/**
 * What the answer to a look at the page says of it.
 *
 * @throws Error of a server that cannot answer now: the page is neither refused nor gone
 */
export function seenIn(answer: Response): Seen {
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.statusText);
  if (answer.redirected && new URL(answer.url).pathname.endsWith('/login')) return 'signed-out';
  if (answer.status === 403) return 'refused';
  return answer.status === 404 || answer.status === 410 ? 'gone' : 'seen';
}

/** What stands in the place of a page that its reader is refused: nothing of it is left to be read or pressed. */
const AWAY = {
  refused: ['You may no longer see this', 'A right of yours was taken away while the page was open. Ask whoever manages people here to give it back, then look again.'],
  gone: ['This is gone', 'It was deleted while the page was open, or you may no longer see it. The audit trail says which, to those who may read it; nothing that was done here is undone by it.'],
} as const;

/** Takes the page away that the server refuses to show again, and says so in its place. */
export function takeAway(why: keyof typeof AWAY): void {
  const from = document.getElementById('page');
  if (!from) return;
  const [title, words] = AWAY[why];
  const page = document.createElement('div');
  page.id = 'page';
  page.className = 'narrow-page';
  const heading = element('h1', title);
  const card = document.createElement('section');
  card.className = 'card pad';
  card.setAttribute('role', 'alert');
  const inbox = document.createElement('a');
  inbox.className = 'button primary';
  inbox.href = document.querySelector<HTMLAnchorElement>('.brand')?.getAttribute('href') ?? '/';
  inbox.textContent = 'To the inbox';
  const again = document.createElement('a');
  again.className = 'button';
  again.href = location.pathname + location.search;
  again.textContent = 'Look again';
  const buttons = document.createElement('p');
  buttons.className = 'buttons';
  buttons.append(inbox, ' ', again);
  card.append(element('p', words), buttons);
  page.append(heading, card);
  const focused = from.contains(document.activeElement);
  // nothing of the old page is kept, not even what was typed into it
  from.replaceWith(page);
  if (focused) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  document.title = `${title} · Rubicon`;
  document.dispatchEvent(new CustomEvent('rubicon:page'));
}

function draftPlace(): HTMLElement {
  const place = document.createElement('div');
  place.id = 'draft';
  return place;
}

/** Takes over a page that the server sent: its content, title and icon. */
export function takePage(html: string): void {
  const next = new DOMParser().parseFromString(html, 'text/html');
  const from = document.getElementById('page');
  const to = next.getElementById('page');
  if (!from || !to) return;
  // A notice was for the page that it came with; the look that follows must not take it away under the reader's eyes.
  const notice = from.querySelector(':scope > #notice');
  if (notice && !to.querySelector('#notice')) to.prepend(document.importNode(notice, true));
  // the buttons of a draft's notice are this script's, so a place for it is enough: it is the same element that stays
  if (from.querySelector(':scope > #draft')) to.prepend(draftPlace());
  renew(from, to);
  if (document.title !== next.title) document.title = next.title;
  const icon = next.querySelector('#tab-icon')?.getAttribute('href');
  if (icon && document.querySelector('#tab-icon')?.getAttribute('href') !== icon) document.querySelector('#tab-icon')?.setAttribute('href', icon);
  document.dispatchEvent(new CustomEvent('rubicon:page'));
}
