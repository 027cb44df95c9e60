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
  /** Of a backfill alone. */
  backfill?: Backfill;
}

export interface Backfill {
  lanes: number;
  batchRows: number;
  batchMillis: number;
  why: string;
  /** Seconds; absent or null while they cannot be told. */
  leftLow?: number | null;
  leftHigh?: number | null;
  /** How fast it goes and why not faster; absent where an older node wrote it, like the gauges. */
  brake?: string | null;
  throttle?: Gauge[] | null;
}

/** What a backfill is slowed down by. */
export interface Gauge {
  name: string;
  /** From 0 to 1. */
  utilization: number;
  words: string;
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
  return between((units / perSecond) * 0.85, (units / perSecond) * 1.4);
}

function between(low: number, high: number): string {
  if (high < 90) return range(low, high, 1, 's');
  return high < 90 * 60 ? range(low, high, 60, 'min') : range(low, high, 3600, 'h');
}

function batches(backfill: Backfill): string {
  const count = (number: number, noun: string): string => `${numbers.format(number)} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(backfill.lanes, 'lane')} · ${count(backfill.batchRows, 'row')} in ${backfill.batchMillis} ms · ${backfill.why}`;
}

function put(bar: Element, selector: string, text: string): void {
  const place = bar.querySelector(selector);
  if (place) place.textContent = text;
}

function throttle(bar: Element, backfill: Backfill): void {
  if (backfill.brake) put(bar, '[data-brake]', backfill.brake);
  for (const gauge of backfill.throttle ?? []) {
    const place = bar.querySelector(`[data-gauge="${CSS.escape(gauge.name)}"]`);
    if (!place) continue;
    const percent = Math.floor(Math.min(1, gauge.utilization) * 100);
    put(place, '[data-reading]', gauge.words);
    put(place, '[data-used]', `${percent} %`);
    const used = place.querySelector('progress');
    if (used) used.value = percent;
  }
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
    const { backfill } = data;
    if (backfill && typeof backfill.leftLow === 'number' && typeof backfill.leftHigh === 'number') {
      put(bar, '[data-left]', between(backfill.leftLow, backfill.leftHigh));
    } else if (total !== null) {
      put(bar, '[data-left]', left(total - data.done, data.perSecond));
    }
    if (backfill) {
      put(bar, '[data-batches]', batches(backfill));
      throttle(bar, backfill);
    }
  }
  return found;
}
