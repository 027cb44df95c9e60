import { expect, test } from 'vitest';
import { refreshTimes, relative } from './relative';

const now = new Date('2026-11-21T12:00:00Z');
const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

test.each([
  [10, 'just now'], [-10, 'in a moment'], [60, '1 min ago'], [-300, 'in 5 min'], [3 * 3600, '3 h ago'],
  [35 * 3600, '35 h ago'], [36 * 3600, '2 d ago'], [-3 * 86_400, 'in 3 d'], [20 * 86_400, '1 Nov 2026'],
])('says %d s ago as "%s"', (seconds, words) => expect(relative(before(seconds), now)).toBe(words));

test('refreshes the words and leaves the rest of the page alone', () => {
  document.body.innerHTML = '<time data-relative datetime="2026-11-21T11:50:00Z">9 min ago</time><time datetime="2026-11-21">today</time>';
  refreshTimes(document, now);
  expect(document.body.textContent).toBe('10 min agotoday');
});
