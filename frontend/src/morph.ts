// Makes one tree like another, touching only what differs: focus, selection, scroll and open details stay. What a person
// typed or opened is theirs: the server's page never takes it back.

function key(element: Element): string {
  return element.id;
}

function sameKind(one: Node, other: Node): boolean {
  if (one.nodeType !== other.nodeType) return false;
  if (!(one instanceof Element) || !(other instanceof Element)) return true;
  return one.tagName === other.tagName && key(one) === key(other);
}

/** Attributes that a person or the script sets, and the server does not know of. */
function isOurs(element: Element, name: string): boolean {
  if (name.startsWith('hx-') || (name === 'style' && element.hasAttribute('data-steady'))) return true;
  // what was given the focus keeps it in the looks that follow
  if (name === 'tabindex' && element === document.activeElement) return true;
  return name === 'open' && (element instanceof HTMLDetailsElement || element.tagName === 'DIALOG');
}

function attributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !isOurs(from, name)) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (!isOurs(from, name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

const TICKS = new Set(['checkbox', 'radio', 'file']);

/** Only fields are a person's: a button that has the focus must say what its form does now. */
function touched(field: Element): boolean {
  // a slider holds nothing half typed: it has the focus and follows the server all the same
  const focused = field === document.activeElement && !(field instanceof HTMLInputElement && field.type === 'range');
  if (field instanceof HTMLTextAreaElement) return focused || field.value !== field.defaultValue;
  if (field instanceof HTMLSelectElement) return focused || [...field.options].some((option) => option.selected !== option.defaultSelected);
  if (!(field instanceof HTMLInputElement)) return false;
  if (focused) return true;
  return field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/**
 * Takes away what stands between, so that what has a name stays where it is: an element that is moved loses focus and
 * the pointer that is just above it.
 */
function clearUpTo(match: ChildNode, at: ChildNode | null, wantedKeys: Set<string>): ChildNode | null {
  while (at && at !== match && !(at instanceof Element && wantedKeys.has(key(at)))) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
  return at;
}

function children(from: Element, to: Element): void {
  const wantedKeys = new Set([...to.children].map(key).filter(Boolean));
  const byKey = new Map<string, Element>();
  for (const child of from.children) if (key(child)) byKey.set(key(child), child);
  let at: ChildNode | null = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    let match: ChildNode | undefined;
    const kept = wanted instanceof Element && key(wanted) ? byKey.get(key(wanted)) : undefined;
    if (kept && kept.tagName === (wanted as Element).tagName) match = kept;
    else if (at && sameKind(at, wanted)) match = at;
    if (!match) {
      from.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (match === kept) byKey.delete(key(kept as Element));
    if (match === kept) at = clearUpTo(match, at, wantedKeys);
    if (match === at) at = at.nextSibling;
    else from.insertBefore(match, at);
    morph(match, wanted);
  }
  while (at) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

export function morph(from: Node, to: Node): void {
  if (!(from instanceof Element) || !(to instanceof Element)) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  // what a script has put there, the server does not know of
  const taken = from instanceof HTMLInputElement && to instanceof HTMLInputElement && !TICKS.has(from.type)
    && from.value === to.defaultValue;
  if ((touched(from) && !taken) || from.hasAttribute('data-kept')) return;
  attributes(from, to);
  // what a person once set no longer follows the attribute by itself
  if (from instanceof HTMLInputElement && !TICKS.has(from.type) && from.value !== from.defaultValue) from.value = from.defaultValue;
  if (!from.isEqualNode(to)) children(from, to);
}

/** Where the focus goes when what had it is gone: the nearest that is left and can have it, or that may be given it. */
function refocus(path: HTMLElement[]): void {
  const left = path.find((each) => each.isConnected);
  if (!left) return;
  if (!left.matches('a[href], button, input, select, textarea, summary, [tabindex]')) left.tabIndex = -1;
  left.focus({ preventScroll: true });
}

/** What holds a person's buttons never gets smaller while they look at it: what is below would come up under the pointer. */
function steady(root: Element): () => void {
  const heights = [...root.querySelectorAll<HTMLElement>('[data-steady]')].map((each) => [each, each.offsetHeight] as const);
  return () => {
    for (const [each, height] of heights) {
      if (each.isConnected && each.offsetHeight < height) each.style.minHeight = `${height}px`;
    }
  };
}

/** Morphs a page that somebody looks at: the focus is never lost, and what they may press stays where it is. */
export function renew(from: Element, to: Node): void {
  const path: HTMLElement[] = [];
  for (let at = document.activeElement; at && from.contains(at); at = at.parentElement) {
    if (at instanceof HTMLElement && (path.length === 0 || at.id)) path.push(at);
  }
  const settle = steady(from);
  morph(from, to);
  settle();
  const lost = path[0] && (!path[0].isConnected || path[0].matches(':disabled'));
  if (lost) refocus(path.slice(1));
}
