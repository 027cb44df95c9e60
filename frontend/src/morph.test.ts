import { beforeEach, expect, test } from 'vitest';
import { morph, renew } from './morph';
import { takePage } from './page';

const build = (html: string): HTMLElement => {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return template.content.firstElementChild as HTMLElement;
};

let page: HTMLElement;
const become = (html: string): void => morph(page, build(html));

beforeEach(() => {
  document.body.innerHTML = '';
  page = build('<div id="page"><p class="a">one</p><ul><li id="x">x</li><li id="y">y</li></ul></div>');
  document.body.append(page);
});

test('changes text and attributes in place', () => {
  const p = page.querySelector('p');
  become('<div id="page"><p class="b">two</p><ul><li id="x">x</li><li id="y">y</li></ul></div>');
  expect(page.querySelector('p')).toBe(p);
  expect(p?.className).toBe('b');
  expect(p?.textContent).toBe('two');
});

test('moves what has an id instead of making it anew', () => {
  const y = page.querySelector('#y');
  become('<div id="page"><p class="a">one</p><ul><li id="y">y!</li><li id="z">z</li><li id="x">x</li></ul></div>');
  expect([...page.querySelectorAll('li')].map((li) => li.textContent)).toEqual(['y!', 'z', 'x']);
  expect(page.querySelector('#y')).toBe(y);
});

test('removes what is gone', () => {
  become('<div id="page"><ul><li id="y">y</li></ul></div>');
  expect(page.innerHTML).toBe('<ul><li id="y">y</li></ul>');
});

test('leaves details open and typed text typed', () => {
  become('<div id="page"><details id="d"><summary>s</summary><input id="i" value="old"></details></div>');
  const details = page.querySelector('details')!;
  const input = page.querySelector('input')!;
  details.open = true;
  input.value = 'mine';
  become('<div id="page"><details id="d"><summary>t</summary><input id="i" value="new"></details></div>');
  expect(details.open).toBe(true);
  expect(details.querySelector('summary')?.textContent).toBe('t');
  expect(page.querySelector('input')).toBe(input);
  expect(input.value).toBe('mine');
});

test('lets a button that has the focus say what its form does now', () => {
  morph(page, build('<div id="page"><form action="/pause"><button>Pause</button></form></div>'));
  page.querySelector('button')!.focus();
  become('<div id="page"><form action="/resume"><button>Resume</button></form></div>');
  expect(page.querySelector('form')!.getAttribute('action')).toBe('/resume');
  expect(page.querySelector('button')!.textContent).toBe('Resume');
});

test('keeps the focus where it is', () => {
  become('<div id="page"><button id="b">old</button><p>1</p></div>');
  page.querySelector('button')!.focus();
  become('<div id="page"><p>new above</p><button id="b">old</button><p>2</p></div>');
  expect(document.activeElement).toBe(page.querySelector('button'));
});

test('never moves what has a name when its neighbours come and go', () => {
  document.body.innerHTML = '<div id="a"><section id="run">x</section> <section id="operate"><button>Report</button></section></div>';
  const moved: string[] = [];
  const operate = document.getElementById('operate')!;
  const remove = document.getElementById('a')!.insertBefore;
  document.getElementById('a')!.insertBefore = function <T extends Node>(node: T, at: Node | null): T {
    if ((node as unknown as Element).id === 'operate') moved.push('operate');
    return remove.call(this, node, at) as T;
  };
  const next = document.createElement('div');
  next.id = 'a';
  next.innerHTML = '\n <section id="operate"><button>Report</button></section>';
  morph(document.getElementById('a')!, next);
  expect(moved).toEqual([]);
  expect(document.getElementById('operate')).toBe(operate);
  expect(document.getElementById('run')).toBeNull();
});

test('takes over a page with its title and icon, and lets a notice stand', () => {
  document.head.innerHTML = '<title>old</title><link id="tab-icon" href="/assets/tab-now.svg">';
  document.body.innerHTML = '<main><div id="page"><div id="notice">Paused</div><p>1</p></div></main>';
  takePage('<html><head><title>new</title><link id="tab-icon" href="/assets/tab-good.svg"></head><body><div id="page"><p>2</p></div></body></html>');
  expect(document.title).toBe('new');
  expect(document.querySelector('#tab-icon')?.getAttribute('href')).toBe('/assets/tab-good.svg');
  expect(document.querySelector('#page')?.textContent).toBe('Paused2');
});

test('gives the focus to what is nearest when the button that had it is gone or shut', () => {
  page.innerHTML = '<section id="operate"><form id="pause"><button>Pause</button></form><form id="cancel"><button>Cancel</button></form></section>';
  page.querySelector<HTMLButtonElement>('#pause button')?.focus();
  renew(page, build('<div id="page"><section id="operate"><form id="cancel"><button>Cancel</button></form></section></div>'));
  expect(document.activeElement).toBe(page.querySelector('#operate'));
});

test('leaves the focus where it is while what has it is there', () => {
  page.innerHTML = '<section id="operate"><form id="pause"><button>Pause</button></form></section>';
  const button = page.querySelector<HTMLButtonElement>('#pause button');
  button?.focus();
  renew(page, build('<div id="page"><section id="operate"><form id="pause"><button>Resume</button></form></section></div>'));
  expect(document.activeElement).toBe(button);
  expect(button?.textContent).toBe('Resume');
});

test('keeps the height of what holds buttons, also in the look after the next', () => {
  page.innerHTML = '<div id="act" data-steady><p>waits</p></div>';
  const act = page.querySelector<HTMLElement>('#act')!;
  let height = 120;
  Object.defineProperty(act, 'offsetHeight', { get: () => height });
  const shorter = '<div id="page"><div id="act" data-steady></div></div>';
  act.firstElementChild!.remove = () => { act.replaceChildren(); height = 20; };
  renew(page, build(shorter));
  expect(act.style.minHeight).toBe('120px');
  renew(page, build(shorter));
  expect(act.style.minHeight).toBe('120px');
});

test('leaves the focus in the look after the next to what was given it', () => {
  page.innerHTML = '<section id="operate"><form id="pause"><button>Pause</button></form></section>';
  page.querySelector<HTMLButtonElement>('#pause button')?.focus();
  for (const words of ['one', 'two']) renew(page, build(`<div id="page"><section id="operate">${words}</section></div>`));
  expect(document.activeElement).toBe(page.querySelector('#operate'));
  expect(page.querySelector('#operate')?.getAttribute('tabindex')).toBe('-1');
});

test('lets a slider follow the server again when the server has what it was set to', () => {
  page.innerHTML = '<form><input id="speed" type="range" min="0" max="100" step="10" value="100"></form>';
  const slider = page.querySelector('input')!;
  slider.focus();
  slider.value = '40';
  renew(page, build('<div id="page"><form><input id="speed" type="range" min="0" max="100" step="10" value="40"></form></div>'));
  expect(slider.value).toBe('40');
  renew(page, build('<div id="page"><form><input id="speed" type="range" min="0" max="100" step="10" value="0"></form></div>'));
  expect(page.querySelector('input')).toBe(slider);
  expect(slider.value).toBe('0');
});

test('keeps what somebody chose while the server still says something else', () => {
  page.innerHTML = '<form><input id="speed" type="range" min="0" max="100" step="10" value="100"><input id="sure" type="checkbox"></form>';
  const [slider, box] = [...page.querySelectorAll('input')];
  slider!.value = '40';
  box!.checked = true;
  renew(page, build('<div id="page"><form class="x"><input id="speed" type="range" min="0" max="100" step="10" value="70"><input id="sure" type="checkbox"></form></div>'));
  expect(slider!.value).toBe('40');
  expect(box!.checked).toBe(true);
});

test('makes two of one name two, as the page has them', () => {
  page.innerHTML = '<div><form id="go">a</form><form id="go">b</form></div>';
  renew(page, build('<div id="page"><div><form id="go">a</form><form id="go">c</form></div></div>'));
  expect([...page.querySelectorAll('form')].map((each) => each.textContent)).toEqual(['a', 'c']);
});
