// Small comforts of forms. Everything works without them.

/** A field may ask for several comforts: each is given once. */
const given = new Map<string, WeakSet<Element>>();

function once(root: ParentNode, selector: string, prepare: (element: HTMLElement) => void): void {
  const known = given.get(selector) ?? new WeakSet<Element>();
  given.set(selector, known);
  for (const element of root.querySelectorAll<HTMLElement>(selector)) {
    if (known.has(element)) continue;
    known.add(element);
    prepare(element);
  }
}

/** Shows a slider's value while it is moved. */
function shows(input: HTMLElement): void {
  const place = document.getElementById(input.dataset['shows'] ?? '');
  if (place) input.addEventListener('input', () => { place.textContent = `${(input as HTMLInputElement).value} %`; });
}

/** Sends the form when the field has changed; the button beside it is for those without this script, and not shown. */
function submits(field: HTMLElement): void {
  const input = field as HTMLInputElement;
  // asked anew each time: a look at the page may have put the field into another form
  input.addEventListener('change', () => input.form?.requestSubmit());
}

/** Keeps the approving button shut until the plan's name is typed. The server demands it anyway. */
function mustEqual(field: HTMLElement): void {
  const input = field as HTMLInputElement;
  const approve = input.form?.querySelector<HTMLButtonElement>('button[value=approve]');
  const judge = (): void => { if (approve) approve.disabled = input.value.trim() !== input.dataset['mustEqual']; };
  input.addEventListener('input', judge);
  judge();
}

/** From a violation to its place in the text. */
function place(button: HTMLElement): void {
  button.addEventListener('click', () => {
    const text = document.querySelector<HTMLTextAreaElement>('textarea.source');
    if (!text) return;
    if (text.hidden) {
      text.dispatchEvent(new CustomEvent('rubicon:place', { detail: { line: Number(button.dataset['line']), column: Number(button.dataset['column'] ?? 1) } }));
      return;
    }
    const lines = text.value.split('\n');
    const line = Math.min(Number(button.dataset['line']), lines.length) - 1;
    const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line]?.length ?? 0));
    text.scrollTop = (line / Math.max(1, lines.length)) * text.scrollHeight - text.clientHeight / 3;
  });
}

/** A link to what is folded away opens all that it lies in. */
export function unfold(): void {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const folded: HTMLDetailsElement[] = [];
  for (let at: Element | null = target; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement && !at.open) folded.push(at);
  }
  for (const each of folded) each.open = true;
  if (folded.length > 0) target?.scrollIntoView?.();
}

let listening = false;

export function forms(root: ParentNode): void {
  once(root, '[data-shows]', shows);
  once(root, '[data-submits]', submits);
  once(root, '[data-must-equal]', mustEqual);
  once(root, 'button.place[data-line]', place);
  once(root, 'button[data-print]', (button) => {
    button.hidden = false;
    button.addEventListener('click', () => print());
  });
  if (!listening) {
    listening = true;
    addEventListener('hashchange', unfold);
    unfold();
  }
}
