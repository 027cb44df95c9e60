// A tick of a running step moves its bar without asking the server for the page.

export interface Tick {
  target: string;
  phase: number;
  step: string;
  /** What is being done, in words. */
  doing?: string;
  done: number;
  /** Absent while unknown. */
  total?: number | null;
  perSecond: number;
  changed: number;
  unit?: string;
}

const numbers = new Intl.NumberFormat('en-GB');

function range(low: number, high: number, unit: number, word: string): string {
  const from = Math.max(1, Math.round(low / unit));
  const to = Math.max(from, Math.ceil(high / unit));
  return from === to ? `${from} ${word}` : `${from} to ${to} ${word}`;
}

/** How long the rest takes, as a range: a rate of the last seconds is no promise. */
export function left(units: number, perSecond: number): string {
  if (perSecond <= 0 || units <= 0) return '';
  const low = (units / perSecond) * 0.85;
  const high = (units / perSecond) * 1.4;
  if (high < 90) return range(low, high, 1, 's');
  return high < 90 * 60 ? range(low, high, 60, 'min') : range(low, high, 3600, 'h');
}

function put(bar: Element, selector: string, text: string): void {
  const place = bar.querySelector(selector);
  if (place) place.textContent = text;
}

export function tick(root: ParentNode, data: Tick): boolean {
  const name = `${data.target}/${data.phase}/${data.step}`;
  let found = false;
  for (const bar of root.querySelectorAll<HTMLElement>('[data-progress]')) {
    if (bar.dataset['progress'] !== name) continue;
    found = true;
    const unit = data.unit ?? 'rows';
    const total = data.total ?? null;
    const progress = bar.querySelector('progress');
    if (progress && total !== null) {
      progress.max = Math.max(1, total);
      progress.value = data.done;
      put(bar, '[data-percent]', `${Math.floor(Math.min(1, data.done / Math.max(1, total)) * 100)} %`);
    }
    if (data.doing) put(bar, '[data-doing]', data.doing);
    // a part without a known end follows one with an end, or the other way round
    if (progress && total === null) {
      progress.removeAttribute('value');
      put(bar, '[data-percent]', '');
      put(bar, '[data-left]', '');
    }
    put(bar, '[data-amount]', numbers.format(data.done) + (total === null ? '' : ` of ≈ ${numbers.format(total)}`) + ` ${unit}`);
    if (data.changed >= 0) put(bar, '[data-changed]', numbers.format(data.changed));
    put(bar, '[data-rate]', data.perSecond > 0 ? `${data.perSecond < 10 ? data.perSecond.toFixed(1) : numbers.format(Math.round(data.perSecond))} ${unit}/s` : '');
    if (total !== null) put(bar, '[data-left]', left(total - data.done, data.perSecond));
  }
  return found;
}
