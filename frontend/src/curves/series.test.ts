import { expect, test } from 'vitest';
import { added, read } from './series';

const TABLE = `<table><thead><tr><th>After</th><th>Rows/s</th><th>Replica lag, %</th><th>Lock waits, %</th><th>Slowed down by</th></tr></thead>
<tbody><tr data-at="100"><th>0 s</th><td data-value="400.0">400</td><td data-value="12">12</td><td data-value="">–</td><td></td></tr>
<tr data-at="101"><th>1 s</th><td data-value="90.5">90</td><td data-value="80">80</td><td data-value="5">5</td><td>replica lag</td></tr></tbody></table>`;

function table(): HTMLTableElement {
  document.body.innerHTML = TABLE;
  return document.querySelector('table')!;
}

test('reads the numbers of the table', () => {
  expect(read(table())).toEqual({ at: [100, 101], rate: [400, 90.5], gauges: [{ title: 'Replica lag', used: [12, 80] }, { title: 'Lock waits', used: [null, 5] }] });
});

test('goes on with each tick', () => {
  const gauge = { name: 'replica-lag', title: 'Replica lag', utilization: 0.5, words: '' };
  const next = added(read(table()), { target: 't', phase: 0, step: 's', done: 1, perSecond: 7, changed: 1,
    backfill: { lanes: 1, batchRows: 1, batchMillis: 1, why: '', throttle: [gauge] } }, 102);
  expect(next.rate).toEqual([400, 90.5, 7]);
  expect(next.gauges.map((each) => each.used.at(-1))).toEqual([50, null]);
});

test('does not grow for ever', () => {
  let series = read(table());
  for (let i = 0; i < 2100; i++) series = added(series, { target: 't', phase: 0, step: 's', done: 1, perSecond: i, changed: 1 }, i);
  expect(series.at).toHaveLength(2000);
  expect(series.rate.at(-1)).toBe(2099);
});
