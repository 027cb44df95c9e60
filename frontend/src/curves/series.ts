import type { Tick } from '../progress';

// The table of a backfill's ticks as numbers.

export interface Series {
  /** Seconds since 1970. */
  at: number[];
  rate: (number | null)[];
  gauges: { title: string; used: (number | null)[] }[];
}

const number = (cell: Element | undefined): number | null => {
  const value = (cell as HTMLElement | undefined)?.dataset['value'];
  return value === undefined || value === '' ? null : Number(value);
};

export function read(table: HTMLTableElement): Series {
  const rows = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const heads = [...table.querySelectorAll('thead th')].map((head) => head.textContent ?? '');
  const column = (i: number): (number | null)[] => rows.map((row) => number(row.cells[i]));
  return {
    at: rows.map((row) => Number(row.dataset['at'])),
    rate: column(1),
    gauges: heads.slice(2, -1).map((head, i) => ({ title: head.replace(/, %$/, ''), used: column(i + 2) })),
  };
}

/** A page that stays open for a day must not grow with it. */
const MOST = 2000;

/** With one reading more. */
export function added(series: Series, tick: Tick, now: number): Series {
  const from = Math.max(0, series.at.length + 1 - MOST);
  const gauges = tick.backfill?.throttle ?? [];
  const used = (title: string): number | null => {
    const gauge = gauges.find((each) => (each as { title?: string }).title === title);
    return gauge ? Math.floor(Math.min(1, gauge.utilization) * 100) : null;
  };
  return {
    at: [...series.at, now].slice(from),
    rate: [...series.rate, tick.perSecond].slice(from),
    gauges: series.gauges.map((gauge) => ({ title: gauge.title, used: [...gauge.used, used(gauge.title)].slice(from) })),
  };
}
