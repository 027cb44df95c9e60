import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './curves.css';
import { added, read, type Series } from './series';
import type { Tick } from '../progress';

// Draws the table of a backfill's ticks: the rate above, what slowed it down below. The table stays for whoever reads it.

const HEIGHT = 150;
const COLOURS = ['--accent', '--hold', '--red', '--good', '--soft'];
const DASHES = [[], [6, 3], [2, 3], [10, 3, 2, 3], [1, 4]];

const colour = (name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

/** Hours and minutes as the rest of the page writes them; seconds where the axis is that fine. */
function clock(seconds: number, step: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(step < 60 ? { second: '2-digit' } : {}) });
}

function axes(unit: string): uPlot.Axis[] {
  const stroke = colour('--soft');
  const grid = { stroke: colour('--rule'), width: 1 };
  return [{ stroke, grid, ticks: grid, values: (_u, splits, _axis, _space, step) => splits.map((at) => clock(at, step)) }, { stroke, grid, ticks: grid, size: 74, values: (_, ticks) => ticks.map((each) => `${each.toLocaleString('en-GB')}${unit}`) }];
}

function line(label: string, number: number, unit: string): uPlot.Series {
  return { label, stroke: colour(COLOURS[number % COLOURS.length]!), dash: DASHES[number % DASHES.length]!, width: 1.7, points: { show: false }, spanGaps: false,
    value: (_, value) => (value === null || value === undefined ? '–' : `${Math.round(value).toLocaleString('en-GB')}${unit}`) };
}

class Curves {
  private plots: uPlot[] = [];

  constructor(private readonly place: HTMLElement, private series: Series) {
    this.drawn();
    new ResizeObserver(() => this.plots.forEach((plot) => plot.setSize({ width: this.width(), height: HEIGHT }))).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.drawn());
  }

  private width(): number { return Math.max(200, this.place.clientWidth); }

  private drawn(): void {
    this.plots.forEach((plot) => plot.destroy());
    const sync = { key: 'curve' };
    const common = { width: this.width(), height: HEIGHT, cursor: { sync, drag: { x: false, y: false } }, legend: { live: true } };
    this.plots = [new uPlot({ ...common, axes: axes(''), scales: { y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.05)] } },
      series: [{}, line('Rows per second', 0, '')] }, this.rates(), this.place)];
    if (this.series.gauges.length > 0) {
      this.plots.push(new uPlot({ ...common, axes: axes(' %'), scales: { y: { range: [0, 100] } },
        series: [{}, ...this.series.gauges.map((gauge, i) => line(gauge.title, i, ' %'))] }, this.used(), this.place));
    }
  }

  private rates(): uPlot.AlignedData { return [this.series.at, this.series.rate]; }

  private used(): uPlot.AlignedData { return [this.series.at, ...this.series.gauges.map((gauge) => gauge.used)]; }

  take(tick: Tick): void {
    this.series = added(this.series, tick, Date.now() / 1000);
    this.plots[0]?.setData(this.rates());
    this.plots[1]?.setData(this.used());
  }
}

export function draw(section: HTMLElement): void {
  const place = section.querySelector<HTMLElement>('.curve-plot');
  const table = section.querySelector('table');
  if (!place || !table) return;
  const curves = new Curves(place, read(table));
  document.addEventListener('rubicon:tick', (event) => {
    const tick = (event as CustomEvent<Tick>).detail;
    if (section.isConnected && `${tick.target}/${tick.phase}/${tick.step}` === section.dataset['key']) curves.take(tick);
  });
}

/** Takes the section out of the page that the link leads to. */
export async function fetched(link: HTMLAnchorElement): Promise<void> {
  const answer = await fetch(link.href, { credentials: 'same-origin', headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const section = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLElement>('#curve');
  const place = link.parentElement;
  if (!section || !place) return;
  const taken = document.importNode(section, true);
  taken.dataset['taken'] = 'true';
  const whole = document.createElement('div');
  whole.id = place.id;
  whole.dataset['kept'] = '';
  whole.append(taken);
  place.replaceWith(whole);
  draw(taken);
}
