import { beforeEach, expect, test } from 'vitest';
import { seenIn, takeAway } from './page';

const answer = (status: number, url = 'http://localhost/rollouts/7', redirected = false): Response =>
  ({ status, ok: status < 400, redirected, url, statusText: String(status) }) as Response;

beforeEach(() => {
  document.title = 'A rollout · Rubicon';
  document.body.innerHTML = '<a class="brand" href="/">Rubicon</a><main><div id="page" data-live="/e">'
    + '<form method="post" action="/rollouts/7/cancel"><textarea name="why">half typed</textarea><button>Cancel it</button></form></div></main>';
});

test('tells a page that is refused or gone from one that cannot be had just now', () => {
  expect(seenIn(answer(200))).toBe('seen');
  expect(seenIn(answer(403))).toBe('refused');
  expect(seenIn(answer(404))).toBe('gone');
  expect(seenIn(answer(410))).toBe('gone');
  expect(seenIn(answer(200, 'http://localhost/login', true))).toBe('signed-out');
  for (const status of [429, 500, 502, 503]) expect(() => seenIn(answer(status))).toThrow();
});

test('leaves nothing to press of a page that its reader may no longer see, and says what comes next', () => {
  document.querySelector('textarea')!.focus();
  let told = 0;
  document.addEventListener('rubicon:page', () => told++);

  takeAway('refused');

  const page = document.getElementById('page')!;
  expect(page.dataset['live']).toBeUndefined();
  expect(document.querySelectorAll('form, button, textarea')).toHaveLength(0);
  expect(page.querySelector('h1')!.textContent).toBe('You may no longer see this');
  expect(page.querySelector('[role=alert]')!.textContent).toContain('Ask whoever manages people');
  expect([...page.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['/', location.pathname + location.search]);
  expect(document.title).toBe('You may no longer see this · Rubicon');
  expect(document.activeElement).toBe(page.querySelector('h1'));
  expect(told).toBe(1);
});

test('says of a page that is gone that it is', () => {
  takeAway('gone');
  expect(document.querySelector('h1')!.textContent).toBe('This is gone');
  expect(document.querySelectorAll('form')).toHaveLength(0);
});
