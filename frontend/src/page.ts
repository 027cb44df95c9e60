import { morph } from './morph';

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), summary';

function has(element: Element | null): element is HTMLElement {
  return element !== null && element !== document.body && element.isConnected && !element.matches(':disabled');
}

/**
 * Changes the page and leaves the focus where it is. Where its element goes, what took its place is next: the first to
 * be reached in the nearest part of the page that stayed, and the content itself where none has anything.
 */
export function keepingFocus(change: () => void): void {
  const before = document.activeElement;
  const parts: Element[] = [];
  for (let part = before?.closest('[id]'); part; part = part.parentElement?.closest('[id]')) parts.push(part);
  change();
  if (!has(before) && before === document.body) return;
  if (has(before) && document.activeElement === before) return;
  if (has(document.activeElement)) return;
  const part = parts.find((one) => one.isConnected && one.id !== 'page' && one.id !== 'main' && one.querySelector(FOCUSABLE));
  (part?.querySelector<HTMLElement>(FOCUSABLE) ?? document.querySelector<HTMLElement>('#act .primary:not([disabled])') ?? document.getElementById('main'))?.focus({ preventScroll: true });
}

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

/** Takes over a page that the server sent: its content, title and icon. */
export function takePage(html: string): void {
  const next = new DOMParser().parseFromString(html, 'text/html');
  const from = document.getElementById('page');
  const to = next.getElementById('page');
  if (!from || !to) return;
  // A notice was for the page that it came with; the look that follows must not take it away under the reader's eyes.
  const notice = from.querySelector(':scope > #notice');
  if (notice && !to.querySelector('#notice')) to.prepend(document.importNode(notice, true));
  keepingFocus(() => morph(from, to));
  if (document.title !== next.title) document.title = next.title;
  const icon = next.querySelector('#tab-icon')?.getAttribute('href');
  if (icon && document.querySelector('#tab-icon')?.getAttribute('href') !== icon) document.querySelector('#tab-icon')?.setAttribute('href', icon);
  document.dispatchEvent(new CustomEvent('rubicon:page'));
}
