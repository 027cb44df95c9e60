import { expect, test, vi } from 'vitest';
import { matching, Palette } from './palette';

const PLACES = [
  { label: 'shop-rename', kind: 'plan', href: '/plans/shop-rename' },
  { label: '#12 rename-username', kind: 'rollout · production', href: '/rollouts/12' },
  { label: 'rename-username', kind: 'plan', href: '/plans/rename-username' },
];

test('finds all words, what begins with them first', () => {
  expect(matching(PLACES, 'rename').map((each) => each.href)).toEqual(['/plans/rename-username', '/plans/shop-rename', '/rollouts/12']);
  expect(matching(PLACES, 'user roll').map((each) => each.href)).toEqual(['/rollouts/12']);
  expect(matching(PLACES, 'nothing')).toEqual([]);
});

test('goes where the keyboard says', async () => {
  document.body.innerHTML = '<header><nav><a href="/plans">Plans</a></nav></header>';
  const gone: string[] = [];
  const palette = new Palette((href) => gone.push(href), async (address) => new Response(JSON.stringify({
    items: String(address).includes('/targets') ? [{ name: 'shop-eu', environment: 'production' }, { name: 'shop-us', environment: 'production' }] : [] })));
  palette.open();
  await vi.waitFor(() => expect(document.body.textContent).toContain('shop-us'), 60_000);
  const field = document.querySelector<HTMLInputElement>('[role=combobox]')!;
  field.value = 'shop';
  field.dispatchEvent(new Event('input'));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
  expect(field.getAttribute('aria-activedescendant')).toBe('palette-1');
  expect(document.querySelector('[aria-selected=true]')?.textContent).toContain('shop-us');
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  expect(gone).toEqual(['/targets/shop-us']);
});
