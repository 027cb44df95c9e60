// What a person put into the fields of a form, as far as it may be kept for them and put back: texts, ticks and choices. Never
// a password, a secret, an address that may hold one, nor anything that confirms an act: that is said anew each time.

const TEXTS = new Set(['text', 'search', 'email', 'tel', 'number', 'date', 'datetime-local', 'time']);
/** An address may hold a password, and that of a webhook often is one. */
const SECRET = /password|secret|token|url/i;

type Text = HTMLInputElement | HTMLTextAreaElement;
export type Field = Text | HTMLSelectElement;

/** One answer of a form: a text, a tick, or the choice among several. */
export interface Answer {
  /** what is focused to show it */
  readonly field: Field;
  readonly isText: boolean;
  /** what it says */
  readonly now: string;
  /** what the server had it say */
  readonly first: string;
  /** Has it say this; false where that is offered no more. */
  put(value: string): boolean;
}

const TICKED = 'ticked';
const NOT_TICKED = 'not ticked';
const tick = (is: boolean): string => (is ? TICKED : NOT_TICKED);

const isText = (field: Element): field is Text =>
  field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && TEXTS.has(field.type));
const isTick = (field: Element): field is HTMLInputElement => field instanceof HTMLInputElement && field.type === 'checkbox';
const isRadio = (field: Element): field is HTMLInputElement => field instanceof HTMLInputElement && field.type === 'radio';

/**
 * What confirms an act is the word that must be typed, a tick without which nothing is sent, or one that is marked as such; where a
 * word must be typed, no tick or choice beside it is kept either.
 */
function confirms(field: Field): boolean {
  if (field.dataset['mustEqual'] !== undefined || field.dataset['confirms'] !== undefined) return true;
  if (isText(field)) return false;
  return (isTick(field) && field.required) || !!field.form?.querySelector('[data-must-equal]');
}

export function isKept(field: Element): field is Field {
  const isKind = isText(field) || isTick(field) || isRadio(field) || (field instanceof HTMLSelectElement && !field.multiple);
  if (!isKind || field.name === '' || SECRET.test(field.name) || field.disabled || confirms(field)) return false;
  // what is sent as soon as it is chosen has nothing that could be lost
  return isText(field) ? !field.readOnly : field.dataset['submits'] === undefined;
}

function text(field: Text): Answer {
  return {
    field, isText: true, first: field.defaultValue,
    get now() { return field.value; },
    put: (value) => { field.value = value; return true; },
  };
}

function ticked(field: HTMLInputElement): Answer {
  return {
    field, isText: false, first: tick(field.defaultChecked),
    get now() { return tick(field.checked); },
    put: (value) => { field.checked = value === TICKED; return true; },
  };
}

function chosen(field: HTMLSelectElement): Answer {
  const options = [...field.options];
  return {
    field, isText: false, first: (options.find((each) => each.hasAttribute('selected')) ?? options[0])?.value ?? '',
    get now() { return field.value; },
    put(value) {
      const option = options.find((each) => each.value === value && !each.disabled);
      if (option) option.selected = true;
      return option !== undefined;
    },
  };
}

function oneOf(radios: HTMLInputElement[]): Answer {
  return {
    get field() { return radios.find((each) => each.checked) ?? radios[0]!; },
    isText: false, first: radios.find((each) => each.defaultChecked)?.value ?? '',
    get now() { return radios.find((each) => each.checked)?.value ?? ''; },
    put(value) {
      const radio = radios.find((each) => each.value === value);
      if (radio) radio.checked = true;
      else if (value === '') radios.forEach((each) => { each.checked = false; });
      return radio !== undefined || value === '';
    },
  };
}

function answer(field: Field): Answer {
  if (field instanceof HTMLSelectElement) return chosen(field);
  return isTick(field) ? ticked(field) : text(field);
}

/** The answers of this form by what they are called in it; ticks of one name are told apart by what they stand for. */
export function answersOf(form: HTMLFormElement): Map<string, Answer> {
  const found = new Map<string, Answer>();
  const kept = [...form.querySelectorAll('input, textarea, select')].filter(isKept);
  const groups = new Map<string, HTMLInputElement[]>();
  for (const field of kept.filter(isRadio)) groups.set(field.name, [...(groups.get(field.name) ?? []), field]);
  for (const field of kept) {
    const group = isRadio(field) ? groups.get(field.name) : undefined;
    if (group && group[0] !== field) continue;
    let at = isTick(field) ? `${field.name}=${field.value}` : field.name;
    while (found.has(at)) at += "'";
    found.set(at, group ? oneOf(group) : answer(field));
  }
  return found;
}

/** What the field is called on the page; a radio is one of what its group is called. */
export function label(field: Field): string {
  const group = isRadio(field) ? field.closest('fieldset')?.querySelector('legend') : undefined;
  const words = (group ?? field.labels?.[0])?.cloneNode(true) as HTMLElement | undefined;
  words?.querySelectorAll('input, textarea, select').forEach((each) => each.remove());
  return words?.textContent?.trim().replace(/\s+/g, ' ') || field.name;
}
