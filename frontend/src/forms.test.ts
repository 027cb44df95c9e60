import { expect, test, vi } from 'vitest';
import { forms } from './forms';

test('a slider shows its value and sends its form, and is prepared once', () => {
  document.body.innerHTML = '<form><input type="range" max="100" value="0" data-shows="shown" data-submits><output id="shown"></output><button>Set</button></form>';
  const form = document.querySelector('form')!;
  const slider = document.querySelector('input')!;
  form.requestSubmit = vi.fn();
  forms(document);
  forms(document);

  slider.value = '100';
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  slider.dispatchEvent(new Event('change', { bubbles: true }));

  expect(document.getElementById('shown')!.textContent).toBe('100 %');
  expect(form.requestSubmit).toHaveBeenCalledTimes(1);
});
