// Jump to a page by its name: Ctrl K, or the button in the head. A list box under a field, as WAI-ARIA describes it.

export interface Place { label: string; kind: string; href: string }

/** The best first: what begins with the words, then what has them all. */
export function matching(places: Place[], words: string, most = 12): Place[] {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  const weight = (place: Place): number => {
    const said = `${place.label} ${place.kind}`.toLowerCase();
    if (!asked.every((word) => said.includes(word))) return -1;
    return asked.length > 0 && place.label.toLowerCase().startsWith(asked[0]!) ? 2 : 1;
  };
  return places.map((place) => ({ place, weight: weight(place) })).filter((each) => each.weight > 0)
    .sort((a, b) => b.weight - a.weight).slice(0, most).map((each) => each.place);
}

type Row = Record<string, unknown>;

const SOURCES: [string, (row: Row) => Place][] = [
  ['/api/v1/rollouts?limit=100', (row) => ({ label: `#${String(row['id'])} ${String(row['plan'])}`, kind: `rollout · ${String(row['environment'])} · ${String(row['state']).toLowerCase().replaceAll('_', ' ')}`, href: `/rollouts/${String(row['id'])}` })],
  ['/api/v1/plans?limit=100', (row) => ({ label: String(row['plan']), kind: `plan · ${String(row['title'] ?? '')}`, href: `/plans/${String(row['plan'])}` })],
  ['/api/v1/targets?limit=200', (row) => ({ label: String(row['name']), kind: `target · ${String(row['environment'] ?? '')}`, href: `/targets/${String(row['name'])}` })],
];

export class Palette {
  private readonly dialog = document.createElement('dialog');
  private readonly field = document.createElement('input');
  private readonly list = document.createElement('ul');
  private places: Place[] = [];
  private shown: Place[] = [];
  private active = 0;

  constructor(private readonly go: (href: string) => void = (href) => { location.href = href; }, private readonly get: typeof fetch = (...asked) => fetch(...asked)) {
    this.dialog.className = 'palette';
    this.dialog.setAttribute('aria-label', 'Jump to');
    this.field.type = 'text';
    this.field.placeholder = 'A plan, a rollout, a target, a page';
    this.field.autocomplete = 'off';
    this.field.spellcheck = false;
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-label': 'Jump to', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list' })) this.field.setAttribute(name, value);
    this.list.id = 'palette-list';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', 'Places');
    this.dialog.append(this.field, this.list);
    document.body.append(this.dialog);
    this.field.addEventListener('input', () => { this.active = 0; this.draw(); });
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
  }

  /** The dialog gives the focus back to where it was when it closes. */
  open(): void {
    if (this.dialog.open) return;
    this.field.value = '';
    this.active = 0;
    this.dialog.showModal();
    this.field.focus();
    this.places = this.pages();
    this.draw();
    void this.learn();
  }

  private pages(): Place[] {
    const more = document.querySelector<HTMLTemplateElement>('template#places')?.content.querySelectorAll('a') ?? [];
    return [...document.querySelectorAll('header nav a'), ...more].map((link) => ({ label: link.textContent?.trim() ?? '', kind: 'page', href: link.getAttribute('href') ?? '/' }));
  }

  private async learn(): Promise<void> {
    await Promise.all(SOURCES.map(async ([address, place]) => {
      try {
        const answer = await this.get(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
        if (!answer.ok) return;
        const body = await answer.json() as { items?: Row[] };
        this.places = [...this.places, ...(body.items ?? []).map(place)];
        this.draw();
      } catch {
        // what cannot be asked is not offered
      }
    }));
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.active = (this.active + step + this.shown.length) % Math.max(1, this.shown.length);
      this.draw();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const place = this.shown[this.active];
      if (place) this.leave(place);
    }
  }

  private leave(place: Place): void {
    this.dialog.close();
    this.go(place.href);
  }

  private draw(): void {
    this.shown = matching(this.places, this.field.value);
    this.list.replaceChildren(...this.shown.map((place, i) => {
      const item = document.createElement('li');
      item.id = `palette-${i}`;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', String(i === this.active));
      const kind = document.createElement('span');
      kind.className = 'soft';
      kind.textContent = place.kind;
      item.append(place.label, ' ', kind);
      item.addEventListener('click', () => this.leave(place));
      return item;
    }));
    if (this.shown.length === 0) {
      const none = document.createElement('li');
      none.className = 'soft';
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      none.textContent = 'Nothing of that name';
      this.list.append(none);
    }
    if (this.shown.length > 0) this.field.setAttribute('aria-activedescendant', `palette-${this.active}`);
    else this.field.removeAttribute('aria-activedescendant');
    this.list.children[this.active]?.scrollIntoView?.({ block: 'nearest' });
  }
}

/** One for the page, made when it is first asked for. */
export function palette(button: HTMLElement | null): void {
  if (!button) return;
  let made: Palette | undefined;
  const open = (): void => (made ??= new Palette()).open();
  button.addEventListener('click', open);
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
}
