import { expect, test } from 'vitest';
import { left, tick } from './progress';

test('moves only the bar that the tick is about', () => {
  const bar = (key: string): string => `<div data-progress="${key}"><progress max="10" value="1"></progress><b data-percent>10 %</b><i data-amount></i><i data-rate></i><i data-left></i></div>`;
  document.body.innerHTML = bar('eu/1/copy') + bar('us/1/copy');
  expect(tick(document, { target: 'us', phase: 1, step: 'copy', done: 7500, total: 10_000, perSecond: 50, changed: -1 })).toBe(true);
  const [eu, us] = [...document.querySelectorAll('[data-progress]')];
  expect(eu?.querySelector('[data-percent]')?.textContent).toBe('10 %');
  expect(us?.querySelector('[data-percent]')?.textContent).toBe('75 %');
  expect(us?.querySelector('progress')?.getAttribute('value') ?? us?.querySelector('progress')?.value).toBeTruthy();
  expect(us?.querySelector('[data-amount]')?.textContent).toBe('7,500 of ≈ 10,000 rows');
  expect(us?.querySelector('[data-rate]')?.textContent).toBe('50 rows/s');
  expect(us?.querySelector('[data-left]')?.textContent).toBe('43 to 70 s');
});

test('says nothing of the rest when nothing moves', () => {
  expect(left(100, 0)).toBe('');
  expect(left(1_000_000, 1000)).toBe('14 to 24 min');
});

test('tells when no bar is about it', () => {
  document.body.innerHTML = '';
  expect(tick(document, { target: 'us', phase: 1, step: 'copy', done: 1, perSecond: 0, changed: 0 })).toBe(false);
});

test('counts on while the total is not known', () => {
  document.body.innerHTML = '<div data-progress="us/1/copy"><progress></progress><i data-amount></i><i data-left>old</i></div>';
  tick(document, { target: 'us', phase: 1, step: 'copy', done: 12, perSecond: 4, changed: 3, unit: 'blocks' });
  expect(document.querySelector('[data-amount]')?.textContent).toBe('12 blocks');
  expect(document.querySelector('progress')?.hasAttribute('value')).toBe(false);
});

test('tells how a backfill goes, and its own forecast', () => {
  document.body.innerHTML = '<div data-progress="us/1/copy"><progress></progress><i data-left>old</i><i data-batches></i></div>';
  tick(document, {
    target: 'us', phase: 1, step: 'copy', done: 10, total: 100, perSecond: 1, changed: 10,
    backfill: { lanes: 1, batchRows: 5120, batchMillis: 48, why: 'along the key (id)', leftLow: 120, leftHigh: 300 },
  });
  expect(document.querySelector('[data-left]')?.textContent).toBe('2 to 5 min');
  expect(document.querySelector('[data-batches]')?.textContent).toBe('1 lane · 5,120 rows in 48 ms · along the key (id)');
});

test('tells what a backfill is slowed down by', () => {
  document.body.innerHTML = '<div data-progress="us/1/copy"><progress></progress><p data-brake>old</p>' +
    '<li data-gauge="replica-lag"><progress max="100" value="1"></progress><i data-reading></i><i data-used></i></li><li data-gauge="probe"><i data-reading>none</i></li></div>';
  tick(document, {
    target: 'us', phase: 1, step: 'copy', done: 10, total: 100, perSecond: 1, changed: 10,
    backfill: {
      lanes: 1, batchRows: 1, batchMillis: 48, why: '', brake: 'Runs at 40 %: replica lag 4.3 s of 5 s',
      throttle: [{ name: 'replica-lag', utilization: 0.867, words: '4.3 s of 5 s' }, { name: 'gone', utilization: 0, words: '' }],
    },
  });
  expect(document.querySelector('[data-brake]')?.textContent).toBe('Runs at 40 %: replica lag 4.3 s of 5 s');
  expect(document.querySelector('[data-gauge="replica-lag"]')?.textContent).toBe('4.3 s of 5 s86 %');
  expect(document.querySelector<HTMLProgressElement>('[data-gauge="replica-lag"] progress')?.value).toBe(86);
  expect(document.querySelector('[data-gauge="probe"]')?.textContent).toBe('none');
});
