import type { Finding } from './fix';
import type { Judgement } from './judge';

// What the rules say, as a list under the editor: for those who do not hover, and for screen readers.

export interface Deeds {
  go(line: number, column: number): void;
  /** Undefined where a person has to write the safe form in. */
  fix(finding: Finding): (() => void) | undefined;
}

const WORDS = { blocking: 'blocks', error: 'error', warning: 'warning', info: 'note' } as const;
const TONES = { blocking: 'bad', error: 'bad', warning: 'hold', info: 'now' } as const;
const ICONS = { blocking: 'stop', error: 'cross', warning: 'warn', info: 'info' } as const;

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function icon(name: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

function button(words: string, className: string, deed: () => void): HTMLButtonElement {
  const made = element('button', className, words);
  made.type = 'button';
  made.addEventListener('click', deed);
  return made;
}

function line(at: { line: number; column: number }, deeds: Deeds): HTMLButtonElement {
  return button(`line ${at.line}`, 'place', () => deeds.go(at.line, at.column));
}

function entry(finding: Finding, deeds: Deeds): HTMLLIElement {
  const sign = element('span', `sign ${TONES[finding.severity]}`, icon(ICONS[finding.severity]), element('span', '', finding.accepted ? 'accepted' : WORDS[finding.severity]));
  const rule = element('a', '', finding.rule);
  rule.href = finding.docs;
  const said = element('p', '', sign, ' ', line(finding, deeds), ' ', finding.message, ' ', element('small', '', rule));
  const item = element('li', 'said', said);
  if (finding.safeForm) {
    const change = deeds.fix(finding);
    const summary = element('summary', '', change ? 'The safe form' : 'The safe form, to be written in by hand');
    item.append(element('details', '', summary, element('pre', 'sql', element('code', '', finding.safeForm))));
    if (change) item.append(button('Use the safe form', 'use', change));
  }
  return item;
}

function count(many: number, one: string): string {
  return many === 0 ? '' : `${many} ${one}${many === 1 ? '' : 's'}`;
}

export function summary(judgement: Judgement): string {
  if (judgement.trouble) return judgement.trouble;
  if (judgement.violations.length > 0) return `Not a plan yet: ${count(judgement.violations.length, 'thing')} to mend`;
  const of = (...severities: string[]): number => judgement.findings.filter((each) => !each.accepted && severities.includes(each.severity)).length;
  const grave = [count(of('blocking'), 'blocking finding'), count(of('error'), 'error'), count(of('warning'), 'warning'), count(of('info'), 'note')].filter((each) => each !== '');
  const risk = judgement.risk ? `; the risk is ${judgement.risk}` : '';
  if (judgement.risk === undefined && judgement.findings.length === 0) return '';
  return of('blocking', 'error', 'warning') === 0 ? `Nothing speaks against it${grave.length > 0 ? `: ${grave.join(', ')}` : ''}${risk}` : `${grave.join(', ')}${risk}`;
}

const GRAVITY = { blocking: 0, error: 1, warning: 2, info: 3 };

export function show(place: HTMLElement, judgement: Judgement, deeds: Deeds): void {
  const status = place.querySelector('[role=status]')!;
  const words = summary(judgement);
  if (status.textContent !== words) status.textContent = words;
  const violations = judgement.violations.map((each) => element('li', 'said', element('p', '', element('span', 'sign bad', icon('cross'), element('span', '', 'mend')), ' ', line(each, deeds), ' ', each.message)));
  const grave = judgement.findings.filter((each) => each.severity !== 'info').sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity] || a.line - b.line);
  const notes = judgement.findings.filter((each) => each.severity === 'info');
  const list = element('ul', '', ...violations, ...grave.map((each) => entry(each, deeds)));
  const open = place.querySelector<HTMLDetailsElement>('details.notes')?.open ?? false;
  place.querySelector('.all')!.replaceChildren(list);
  if (notes.length > 0) {
    const more = element('details', 'notes', element('summary', '', count(notes.length, 'note')), element('ul', '', ...notes.map((each) => entry(each, deeds))));
    more.open = open;
    place.querySelector('.all')!.append(more);
  }
}

export function panel(): HTMLElement {
  const status = element('p', 'stand');
  status.setAttribute('role', 'status');
  const made = element('section', 'findings', element('h2', 'h2', 'What the rules say'), status, element('div', 'all'));
  made.setAttribute('aria-label', 'What the rules say');
  return made;
}
