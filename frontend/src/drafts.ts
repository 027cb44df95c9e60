// What a person typed, ticked or chose in a form and did not get sent: the session was over, the network away, the server refused.
// It is kept for this tab, and put back when the form is opened again; what is never kept, answers.ts says.

import { type Answer, answersOf, type Field, isKept, label } from './answers';
import { element } from './page';

const PLACE = 'rubicon.drafts';
const SENT = 'rubicon.sent';
/** What differs each time the same form is opened, and so does not say which form it is. */
const FLEETING = new Set(['_csrf', 'version', 'digest', 'fingerprint', 'shown']);

/**
 * @property was what stood in the field before anybody typed
 * @property name what the field is called on its page
 * @property isText whether it was typed, not chosen
 */
interface Typed { value: string; was: string; name: string; isText: boolean }

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

/**
 * What of this answer is kept, if anything.
 *
 * @param all whether what the server itself put into the form is kept too, which the next answer may not bring again
 * @param before what is kept of it so far
 */
function keptOf(answer: Answer, all: boolean, before: Typed | undefined): Typed | undefined {
  const { now, first, isText } = answer;
  if (now !== first || (isText && all && now !== '')) return { value: now, was: first, name: label(answer.field), isText };
  // A refused form comes back as it was sent: that somebody set this tick is then known from what was kept before. One that
  // nobody touched is not kept, for it would undo what others did meanwhile.
  return before && !isText && before.was !== now ? { ...before, value: now } : undefined;
}

/** @param all see {@link keptOf} */
function keep(form: HTMLFormElement, sent: boolean, all: boolean): string | undefined {
  const key = keyOf(form);
  if (key === undefined || who() === '') return undefined;
  change((drafts) => {
    const before = drafts[key]?.fields ?? {};
    const fields: Record<string, Typed> = {};
    for (const [at, answer] of answersOf(form)) {
      const kept = keptOf(answer, all, before[at]);
      if (kept) fields[at] = kept;
    }
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

interface Return { answer: Answer; was: string }

/** Fills what is empty or as it was; what says something else by now is left alone, and told. */
function fill(form: HTMLFormElement, draft: Draft, lost: Typed[]): Return[] {
  const back: Return[] = [];
  const answers = answersOf(form);
  for (const [at, typed] of Object.entries(draft.fields)) {
    const answer = answers.get(at);
    if (answer?.now === typed.value) continue;
    const was = answer?.now ?? '';
    const free = answer !== undefined && (was === typed.was || (answer.isText && was === ''));
    if (free && answer.put(typed.value)) back.push({ answer, was });
    else if (typed.value !== typed.was) lost.push(typed);
  }
  return back;
}

function show(field: Field): void {
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

function tell(keys: string[], back: Return[], lost: Typed[]): void {
  const typed = back.some(({ answer }) => answer.isText) || lost.some(({ isText }) => isText);
  const words = note(`What you ${typed ? 'typed' : 'chose'} before is back`, 'It was not sent. Look it over, then send it.');
  for (const { name, value, isText } of lost) {
    const typed = element('pre', value);
    typed.className = 'sql';
    typed.tabIndex = 0;
    words.append(element('p', `“${name}” says something else by now and was left as it is. You had ${isText ? 'typed' : 'chosen'}:`), typed);
  }
  const buttons = document.createElement('p');
  buttons.className = 'buttons';
  const first = back[0]?.answer.field;
  if (first) buttons.append(button('Show it', () => show(first)));
  buttons.append(button('Discard it', () => {
    for (const { answer, was } of back) {
      answer.put(was);
      answer.field.dispatchEvent(new CustomEvent('rubicon:text'));
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
  const lost: Typed[] = [];
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
