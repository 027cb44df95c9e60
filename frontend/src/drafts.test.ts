import { beforeEach, expect, test, vi } from 'vitest';
import { drafts } from './drafts';

const HEAD = (name: string): string => `<span class="who"><b>${name}</b></span><form method="post" action="/logout"><button>Sign out</button></form>`;
const FORM = (text = ''): string => `<main><div id="page"><details><form method="post" action="/plans">
  <input type="hidden" name="_csrf" value="${Math.random()}"><label for="why">Why</label><textarea id="why" name="why">${text}</textarea>
  <input name="title" value=""><input name="elements" value=""><input name="method" value=""><input type="password" name="password"><input name="secret" value=""><input name="url" value="">
  <input name="crossing" data-must-equal="x"><button>Send</button></form></details></div></main>`;

let referrer: string;
let how: string;
vi.spyOn(performance, 'getEntriesByType').mockImplementation(() => [{ type: how } as unknown as PerformanceEntry]);
Object.defineProperty(document, 'referrer', { get: () => referrer });
// what listens on the document is asked for once; a new page of a test is a new document, which starts by putting back
const starts: EventListener[] = [];
const listen = document.addEventListener.bind(document);

function opens(body: string, name = 'ada'): void {
  document.body.innerHTML = HEAD(name) + body;
  const heard: [string, EventListener][] = [];
  document.addEventListener = ((type: string, listener: EventListener) => { heard.push([type, listener]); listen(type, listener); }) as typeof document.addEventListener;
  starts.splice(0).forEach((stop) => stop(new Event('stop')));
  drafts();
  starts.push(() => heard.forEach(([type, listener]) => document.removeEventListener(type, listener)));
}

const field = <T extends HTMLElement = HTMLTextAreaElement>(name: string): T => document.querySelector<T>(`[name=${name}]`)!;

function types(name: string, text: string): void {
  field<HTMLInputElement>(name).value = text;
  field(name).dispatchEvent(new Event('input', { bubbles: true }));
}

const submits = (action = '/plans'): boolean =>
  document.querySelector(`form[action="${action}"]`)!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));

const signsIn = (name = 'ada'): void => {
  document.body.innerHTML = '<main><div id="page" data-refused><form method="post" action="/login"></form></div></main>';
  referrer = 'http://localhost/login';
  opens(FORM(), name);
};

const answered = (body: string): void => {
  referrer = location.href;
  opens(body);
};

beforeEach(() => {
  sessionStorage.clear();
  referrer = '';
  how = 'navigate';
});

test('brings back what was typed before the session ended, and says so', () => {
  opens(FORM());
  types('why', 'three paragraphs');
  types('title', 'short');

  signsIn();

  expect(field('why').value).toBe('three paragraphs');
  expect(field('title').value).toBe('short');
  expect(document.getElementById('draft')!.textContent).toContain('What you typed before is back');
  [...document.querySelectorAll('button')].find((each) => each.textContent === 'Show it')!.click();
  expect(document.querySelector('details')!.open).toBe(true);
});

test('keeps no password, no secret, no address and no word that confirms', () => {
  opens(FORM());
  for (const name of ['password', 'secret', 'url', 'crossing']) types(name, `typed-${name}`);
  types('why', 'because');

  expect(JSON.stringify(sessionStorage)).toContain('because');
  expect(sessionStorage.getItem('rubicon.drafts')).not.toContain('typed-');
});

test('brings back what was sent and refused because the session was over', () => {
  opens(FORM());
  types('why', 'three paragraphs');
  submits();
  answered('<main><div id="page" data-refused><h1>Forbidden</h1></div></main>');

  signsIn();
  expect(field('why').value).toBe('three paragraphs');
});

test('brings back what was sent where no answer came', () => {
  opens(FORM());
  types('why', 'three paragraphs');
  submits();
  how = 'back_forward';
  referrer = location.href;
  opens(FORM());
  expect(field('why').value).toBe('three paragraphs');
});

test('forgets what was taken', () => {
  opens(FORM());
  types('why', 'three paragraphs');
  submits();
  answered('<main><div id="page"><div id="notice" class="notice good">Submitted</div></div></main>');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
  how = 'back_forward';
  opens(FORM());
  expect(field('why').value).toBe('');
  expect(document.getElementById('draft')).toBeNull();
});

test('tells whoever goes back to a form that it was sent, and what came of it', () => {
  opens(FORM());
  types('why', 'three paragraphs');
  submits();
  document.title = 'A plan · Rubicon';
  history.replaceState(null, '', '/elsewhere');
  referrer = location.origin + '/';
  sessionStorage.setItem('rubicon.drafts', sessionStorage.getItem('rubicon.drafts')!.replace(/"at":"[^"]*"/, '"at":"/"'));
  opens('<main><div id="page"><div id="notice" class="notice good">Submitted</div></div></main>');
  history.replaceState(null, '', '/');
  how = 'back_forward';
  opens(FORM());
  expect(document.getElementById('draft')!.textContent).toContain('You sent this already');
  const link = document.querySelector<HTMLAnchorElement>('#draft a')!;
  expect([link.getAttribute('href'), link.textContent]).toEqual(['/elsewhere', 'A plan']);

  how = 'navigate';
  referrer = '';
  opens(FORM());
  expect(document.getElementById('draft')).toBeNull();
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(document.querySelectorAll('#draft')).toHaveLength(1);
});

test('keeps what was refused on its own page, though the server fills it in', () => {
  opens(FORM());
  types('why', 'with a mistake');
  submits();
  answered(`<main><div id="notice" class="notice bad">No</div></main>${FORM('with a mistake')}`);
  expect(document.getElementById('draft')).toBeNull();

  signsIn();
  expect(field('why').value).toBe('with a mistake');
});

test('shows nobody else what was typed, and forgets it when its writer signs out', () => {
  opens(FORM());
  types('why', 'mine');
  signsIn('eve');
  expect(field('why').value).toBe('');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();

  types('why', 'hers');
  submits('/logout');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
});

test('writes over nothing that somebody else changed meanwhile, and shows what was typed', () => {
  opens(FORM('old'));
  types('why', 'mine');
  document.body.innerHTML = '';
  opens(FORM('of somebody else'));
  expect(field('why').value).toBe('of somebody else');
  expect(document.getElementById('draft')!.textContent).toContain('“Why” says something else by now');
  expect(document.querySelector('#draft pre')!.textContent).toBe('mine');
});

test('discards it for good when asked to', () => {
  opens(FORM('old'));
  types('why', 'mine');
  opens(FORM('old'));
  let told = 0;
  field('why').addEventListener('rubicon:text', () => told++);
  [...document.querySelectorAll('button')].find((each) => each.textContent === 'Discard it')!.click();
  expect(field('why').value).toBe('old');
  expect(told).toBe(1);
  expect(document.getElementById('draft')).toBeNull();
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
});

test('tells two forms apart that differ in what they are about', () => {
  const remark = (step: string): string => `<form method="post" action="/r"><input type="hidden" name="step" value="${step}"><textarea name="text-${step}"></textarea></form>`;
  const page = `<main><div id="page">${remark('a')}${remark('b')}</div></main>`;
  opens(page);
  types('text-b', 'of b');
  opens(page);
  expect(field('text-a').value).toBe('');
  expect(field('text-b').value).toBe('of b');
});

test('forgets what a quiet form sent only when the answer says that it was taken', () => {
  const quiet = FORM().replace('<form method="post" action="/plans">', '<form method="post" action="/plans" hx-boost="true">');
  opens(quiet);
  types('why', 'said');
  const form = document.querySelector('form[action="/plans"]')!;
  const answer = (successful: boolean, responseURL: string, responseText = ''): void => {
    submits();
    form.dispatchEvent(new CustomEvent('htmx:afterRequest', { bubbles: true, detail: { elt: form, successful, xhr: { responseURL, responseText } } }));
  };
  answer(false, 'http://localhost/plans');
  answer(true, 'http://localhost/login');
  answer(true, 'http://localhost/plans', '<div class="notice bad" id="notice">');
  expect(sessionStorage.getItem('rubicon.drafts')).toContain('said');
  answer(true, 'http://localhost/plans', '<div class="notice good" id="notice">');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
});

const CHOICES = (more = ''): string => `<main><div id="page"><form method="post" action="/plans"><input type="hidden" name="_csrf" value="${Math.random()}">
  <label><input type="checkbox" name="scope" value="plans"> plans</label><label><input type="checkbox" name="scope" value="rollouts" checked> rollouts</label>
  <label><input type="checkbox" name="scope" value="read" checked> read</label>
  <fieldset><legend>State</legend><input type="radio" name="state" value="live" checked><input type="radio" name="state" value="gone"></fieldset>
  <label>Good for <select name="days"><option value="30">a month</option><option value="90" selected>a quarter</option></select></label>${more}</form></div></main>`;

const box = (value: string): HTMLInputElement => document.querySelector<HTMLInputElement>(`[value="${value}"]`)!;

function ticks(...values: string[]): void {
  for (const value of values) box(value).click();
}

function chooses(name: string, value: string): void {
  field<HTMLSelectElement>(name).value = value;
  field(name).dispatchEvent(new Event('input', { bubbles: true }));
}

const chosen = (): unknown[] => [box('plans').checked, box('rollouts').checked, box('live').checked, box('gone').checked, field<HTMLSelectElement>('days').value];

test('brings back what was ticked, unticked and chosen before the session ended', () => {
  opens(CHOICES());
  ticks('plans', 'rollouts', 'gone');
  chooses('days', '30');
  document.body.innerHTML = '';
  opens(CHOICES());
  expect(chosen()).toEqual([true, false, false, true, '30']);
  expect(document.getElementById('draft')!.textContent).toContain('What you chose before is back');

  [...document.querySelectorAll('button')].find((each) => each.textContent === 'Discard it')!.click();
  expect(chosen()).toEqual([false, true, true, false, '90']);
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
});

test('keeps no tick that confirms an act, nor any beside the word of a crossing', () => {
  opens(CHOICES('<input type="checkbox" name="force" value="forced" data-confirms><input type="checkbox" name="known" value="known" required>'));
  ticks('forced', 'known');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
  opens(CHOICES('<input name="crossing" data-must-equal="x"><textarea name="comment"></textarea>'));
  ticks('plans', 'gone');
  types('comment', 'read it');
  expect(sessionStorage.getItem('rubicon.drafts')).toContain('read it');
  expect(sessionStorage.getItem('rubicon.drafts')).not.toContain('ticked');
  expect(sessionStorage.getItem('rubicon.drafts')).not.toContain('gone');
});

test('keeps ticks of a form that was refused on its own page, and untouched ones never', () => {
  opens(CHOICES());
  ticks('plans', 'rollouts');
  submits();
  const refused = CHOICES().replace('value="plans"', 'value="plans" checked').replace('value="rollouts" checked', 'value="rollouts"');
  answered(`<main><div id="notice" class="notice bad">No</div></main>${refused}`);
  expect(document.getElementById('draft')).toBeNull();
  submits();

  signsIn();
  opens(CHOICES().replace('value="read" checked', 'value="read"'));
  expect(chosen().slice(0, 2)).toEqual([true, false]);
  expect(box('read').checked).toBe(false);
});

test('says what was chosen where it is offered no more', () => {
  opens(CHOICES());
  ticks('plans');
  chooses('days', '30');
  opens(CHOICES().replace('<option value="30">a month</option>', '').replace('value="plans"', 'value="other"'));
  expect(field<HTMLSelectElement>('days').value).toBe('90');
  expect(box('other').checked).toBe(false);
  expect(document.getElementById('draft')!.textContent).toContain('“Good for” says something else by now and was left as it is. You had chosen:');
  expect([...document.querySelectorAll('#draft pre')].map((each) => each.textContent)).toEqual(['ticked', '30']);
});

test('keeps no choice that is sent as soon as it is made', () => {
  opens(CHOICES('<select name="speed" data-submits><option>1</option><option>2</option></select>'));
  chooses('speed', '2');
  expect(sessionStorage.getItem('rubicon.drafts')).toBeNull();
});
