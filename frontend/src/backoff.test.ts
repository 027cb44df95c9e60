import { expect, test } from 'vitest';
import { LONGEST, pause } from './backoff';

test('waits longer with each failure, up to a cap', () => {
  const middle = (): number => 0.5;
  expect([1, 2, 3, 4, 5, 100].map((failures) => pause(failures, middle))).toEqual([2000, 4000, 8000, 16_000, LONGEST, LONGEST]);
});

test('spreads a thousand pages over as long as the wait itself', () => {
  const waits = Array.from({ length: 1000 }, (_, page) => pause(1, () => page / 1000));
  expect(Math.min(...waits)).toBe(1000);
  expect(Math.max(...waits)).toBeGreaterThan(2990);
  for (let from = 1000; from < 3000; from += 100) {
    expect(waits.filter((wait) => wait >= from && wait < from + 100).length).toBeLessThan(60);
  }
});

test('is chance and not the same for all', () => {
  expect(new Set(Array.from({ length: 20 }, () => pause(3))).size).toBeGreaterThan(1);
});
