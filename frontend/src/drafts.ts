// What a person typed into a form and did not get sent: the session was over, the network away, the server refused. It is kept
// for this tab, and put back when the form is opened again; never a password, a secret, or the word that confirms an act.

import { element } from './page';

const PLACE = 'rubicon.drafts';
const SENT = 'rubicon.sent';
const TEXTS = new Set(['text', 'search', 'email', 'tel', 'number', 'date', 'datetime-local', 'time']);
/** An address may hold a password, and that of a webhook often is one. */
const SECRET = /password|secret|token|url/i;
/** What differs each time the same form is opened, and so does not say which form it is. */
const FLEETING = new Set(['_csrf', 'version', 'digest', 'fingerprint', 'shown']);

type Text = HTMLInputElement | HTMLTextAreaElement;

/** @property was what stood in the field before anybody typed */
interface Typed { value: string; was: string }

/**
 * @property who typed it: nobody else who signs in at this tab gets to see it
 * @property at the page that the form was on
 * @property sent whether it is on its way, as far as anybody knows
 */
interface Draft { who: string; at: string; sent: boolean; fields: Record<string, Typed> }

type Drafts = Record<string, Draft>;

/** What came of a form on the page `at`: the page that answered it. */
interface Outcome { who: string; at: string; to: string; title: string }

function read<T = Draft>(place = PLACE): Record<string, T> {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? '{}') as Record<string, T>;
  } catch {
    return {};
  }
}

function write(all: object, place = PLACE): void {
  try {
    if (Object.keys(all).length === 0) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(all));
  } catch {
    // no storage, or no room in it: typing goes on as if there were no drafts
  }
}

function change(deed: (all: Drafts) => void): void {
  const all = read();
  deed(all);
  write(all);
}

const who = (): string => document.querySelector('.who b')?.textContent ?? '';

function isKept(field: Element): field is Text {
  const isText = field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && TEXTS.has(field.type));
  return isText && field.name !== '' && !SECRET.test(field.name) && !field.readOnly && field.dataset['mustEqual'] === undefined;
}

const path = (form: HTMLFormElement): string => new URL(form.getAttribute('action') ?? '', location.href).pathname;

/** A form is asked by its attributes: its properties are hidden behind fields that bear their names. */
const keeps = (form: HTMLFormElement | null): form is HTMLFormElement =>
  form !== null && form.getAttribute('method')?.toLowerCase() === 'post' && !/\/(login|logout)$/.test(path(form));

function name(form: HTMLFormElement): string {
  const hidden = [...form.querySelectorAll<HTMLInputElement>('input[type=hidden]')].filter((each) => !FLEETING.has(each.name));
  return [path(form), ...hidden.map((each) => `${each.name}=${each.value}`)].join(' ');
}

/** The forms of this page by their names; of two alike the second is told from the first by its place. */
function forms(): Map<string, HTMLFormElement> {
  const found = new Map<string, HTMLFormElement>();
  for (const form of document.forms) {
    if (!keeps(form)) continue;
    let key = name(form);
    while (found.has(key)) key += "'";
    found.set(key, form);
  }
  return found;
}

function keyOf(form: HTMLFormElement): string | undefined {
  for (const [key, each] of forms()) if (each === form) return key;
  return undefined;
}

function texts(form: HTMLFormElement): Map<string, Text> {
  const found = new Map<string, Text>();
  for (const field of form.querySelectorAll('input, textarea')) {
    if (!isKept(field)) continue;
    let key = field.name;
    while (found.has(key)) key += "'";
    found.set(key, field);
  }
  return found;
}

/** @param all whether what the server itself put into the form is kept too, which the next answer may not bring again */
function keep(form: HTMLFormElement, sent: boolean, all: boolean): string | undefined {
  const key = keyOf(form);
  if (key === undefined || who() === '') return undefined;
  const fields: Record<string, Typed> = {};
  for (const [at, field] of texts(form)) {
    if (field.value !== field.defaultValue || (all && field.value !== '')) fields[at] = { value: field.value, was: field.defaultValue };
  }
  change((drafts) => {
    if (Object.keys(fields).length === 0) delete drafts[key];
    else drafts[key] = { who: who(), at: location.pathname, sent, fields };
  });
  return key;
}

const forget = (key: string): void => change((drafts) => { delete drafts[key]; });

/** Whether this page says that what was sent was not taken. */
const refused = (): boolean => document.querySelector('[data-refused], #notice.bad') !== null;

const arrival = (): string =>
  (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)?.type ?? 'navigate';

/** Whether this page is the answer to a form that was sent from there; a person who came by themselves comes from nowhere. */
function answers(draft: Draft): boolean {
  if (!draft.sent || document.referrer === '' || arrival() !== 'navigate') return false;
  return new URL(document.referrer).pathname === draft.at;
}

interface Return { field: Text; was: string }

function label(field: Text): string {
  const words = field.labels?.[0]?.cloneNode(true) as HTMLElement | undefined;
  words?.querySelectorAll('input, textarea, select').forEach((each) => each.remove());
  return words?.textContent?.trim() || field.name;
}

/** Fills what is empty or as it was; what says something else by now is left alone, and told. */
function fill(form: HTMLFormElement, draft: Draft, lost: [string, string][]): Return[] {
  const back: Return[] = [];
  const fields = texts(form);
  for (const [at, typed] of Object.entries(draft.fields)) {
    const field = fields.get(at);
    if (field?.value === typed.value) continue;
    if (field && (field.value === typed.was || field.value === '')) {
      back.push({ field, was: field.value });
      field.value = typed.value;
    } else if (typed.value !== typed.was) {
      lost.push([field ? label(field) : at, typed.value]);
    }
  }
  return back;
}

function show(field: Text): void {
  for (let at: Element | null = field; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  (field.labels?.[0] ?? field).scrollIntoView?.({ block: 'center' });
  if (field.hidden) field.labels?.[0]?.click();
  else field.focus({ preventScroll: true });
}

function button(words: string, deed: () => void): HTMLElement {
  const made = element('button', words);
  (made as HTMLButtonElement).type = 'button';
  made.addEventListener('click', deed);
  return made;
}

/** Says something at the head of the page; what follows goes into what is returned. */
function note(title: string, line: string): HTMLElement {
  document.getElementById('draft')?.remove();
  const notice = document.createElement('div');
  notice.id = 'draft';
  notice.className = 'notice';
  notice.setAttribute('role', 'status');
  notice.dataset['kept'] = 'true';
  const words = document.createElement('div');
  words.append(element('strong', title), element('p', line));
  notice.append(words);
  document.getElementById('page')?.prepend(notice);
  return words;
}

function tell(keys: string[], back: Return[], lost: [string, string][]): void {
  const words = note('What you typed before is back', 'It was not sent. Look it over, then send it.');
  for (const [label, text] of lost) {
    const typed = element('pre', text);
    typed.className = 'sql';
    typed.tabIndex = 0;
    words.append(element('p', `“${label}” says something else by now and was left as it is. You had typed:`), typed);
  }
  const buttons = document.createElement('p');
  buttons.className = 'buttons';
  const first = back[0]?.field;
  if (first) buttons.append(button('Show it', () => show(first)));
  buttons.append(button('Discard it', () => {
    for (const { field, was } of back) {
      field.value = was;
      field.dispatchEvent(new CustomEvent('rubicon:text'));
    }
    keys.forEach(forget);
    document.getElementById('draft')?.remove();
  }));
  words.append(buttons);
}

/** Tells whoever comes back to a form by the back button that it was sent, and leads to what came of it. */
function tellSent(): void {
  const all = read<Outcome>(SENT);
  const outcome = Object.values(all).findLast((each) => each.who === who() && each.at === location.pathname);
  if (!outcome) return;
  const words = note('You sent this already', 'It arrived once. Coming back here has changed nothing, and nothing was sent again.');
  const link = element('a', outcome.title) as HTMLAnchorElement;
  link.href = outcome.to;
  const line = element('p', 'What came of it: ');
  line.append(link);
  words.append(line);
}

/** A page that the browser had put aside is as it was when its form was sent. */
function isBack(): void {
  change((drafts) => {
    for (const draft of Object.values(drafts)) if (draft.at === location.pathname) draft.sent = false;
  });
  tellSent();
}

function remember(key: string, draft: Draft): void {
  const { [key]: _, ...others } = read<Outcome>(SENT);
  const outcome = { who: draft.who, at: draft.at, to: location.pathname + location.search, title: document.title.replace(/ · Rubicon$/, '') };
  write({ ...others, [key]: outcome }, SENT);
}

/** Puts back what was typed into the forms of this page, once, before anything else takes their fields over. */
function bringBack(): void {
  const present = forms();
  change((drafts) => {
    for (const [key, draft] of Object.entries(drafts)) {
      const alien = who() !== '' && draft.who !== who();
      const taken = !alien && answers(draft) && !refused();
      if (alien || taken) delete drafts[key];
      if (taken && draft.at !== location.pathname) remember(key, draft);
    }
  });
  if (who() === '' || document.querySelector('[data-refused]')) return;
  const back: Return[] = [];
  const lost: [string, string][] = [];
  const keys: string[] = [];
  for (const [key, draft] of Object.entries(read())) {
    const form = present.get(key);
    if (!form) continue;
    keys.push(key);
    back.push(...fill(form, draft, lost));
  }
  change((drafts) => { for (const key of keys) if (drafts[key]) drafts[key].sent = false; });
  if (back.length > 0 || lost.length > 0) tell(keys, back, lost);
  else if (arrival() === 'back_forward') tellSent();
}

function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (path(form).endsWith('/logout')) {
    write({});
    write({}, SENT);
    return;
  }
  if (!keeps(form)) return;
  // what htmx sends is known to have arrived only with its answer, see below
  const quiet = form.hasAttribute('hx-boost');
  if (event.defaultPrevented && !quiet) return;
  const key = keep(form, !quiet, true);
  if (quiet && key !== undefined) underWay.set(form, key);
}

const underWay = new WeakMap<HTMLElement, string>();

function answered(event: Event): void {
  const { elt, successful, xhr } = (event as CustomEvent<{ elt: HTMLElement; successful: boolean; xhr: XMLHttpRequest }>).detail;
  const key = underWay.get(elt);
  if (key === undefined) return;
  underWay.delete(elt);
  const taken = successful && !/\/login(\?|$)/.test(xhr.responseURL) && !xhr.responseText.includes('class="notice bad"');
  if (taken) forget(key);
}

export function drafts(): void {
  document.addEventListener('input', (event) => {
    const field = event.target;
    if (field instanceof Element && isKept(field) && keeps(field.form)) keep(field.form, false, false);
  });
  document.addEventListener('submit', submitted);
  document.addEventListener('htmx:afterRequest', answered);
  addEventListener('pageshow', (event) => { if (event.persisted) isBack(); });
  bringBack();
}
