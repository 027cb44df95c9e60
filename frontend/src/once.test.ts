import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { once, UNDER_WAY } from './once';

let sent: number;
once();

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
  document.body.innerHTML = '<form method="post" action="/x"><button type="submit">Approve</button></form><form id="find" action="/y"></form>';
  for (const form of document.forms) form.addEventListener('submit', (event) => { sent++; event.preventDefault(); });
});
afterEach(() => { vi.useRealTimers(); });

const submit = (selector = 'form'): boolean => document.querySelector(selector)!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));

test('sends a form once while it is under way', () => {
  submit();
  submit();
  expect(sent).toBe(1);
  vi.advanceTimersByTime(UNDER_WAY);
  submit();
  expect(sent).toBe(2);
});

test('lets questions be asked as often as one likes', () => {
  submit('#find');
  submit('#find');
  expect(sent).toBe(2);
});

test('takes the second click of a double click for the first', () => {
  let clicks = 0;
  const button = document.querySelector('button')!;
  button.addEventListener('click', (event) => { clicks++; event.preventDefault(); });
  button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
  button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }));
  expect(clicks).toBe(1);
});
