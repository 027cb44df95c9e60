// One press is one act: neither the second click of a double click nor an impatient second press sends a form again.

/** So long a form counts as being sent; who stopped the loading may then press again. */
export const UNDER_WAY = 10_000;

const underWay = new WeakSet<HTMLFormElement>();

/** The second click of a double click meant what the first did; by now there may be another button in its place. */
function clicked(event: MouseEvent): void {
  if (event.detail > 1 && event.target instanceof Element && event.target.closest('button[type=submit], a.button')) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** What htmx sends is dropped by htmx while the first is under way. */
function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || form.hasAttribute('hx-boost')) return;
  if (underWay.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  underWay.add(form);
  setTimeout(() => underWay.delete(form), UNDER_WAY);
}

export function once(): void {
  addEventListener('click', clicked, true);
  addEventListener('submit', submitted, true);
  addEventListener('pageshow', (event) => {
    if (event.persisted) for (const form of document.forms) underWay.delete(form);
  });
}
