import { StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import type { Lock, Statement } from './fix';

// What a statement locks, in words behind its first line.

export const setStatements = StateEffect.define<Statement[]>();

/** PostgreSQL's lock modes, the strongest last. */
const MODES = ['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'];

const strength = (lock: Lock): number => MODES.indexOf(lock.mode.replaceAll('_', ' '));

/** The strongest lock in words, and whom it keeps waiting. */
export function words(statement: Statement): string {
  const [strongest, ...others] = [...statement.locks].filter((lock) => lock.kind !== 'index').sort((a, b) => strength(b) - strength(a));
  if (!strongest) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const who = statement.blocksReads ? 'reads and writes wait' : statement.blocksWrites ? 'writes wait' : 'nobody waits';
  return `${strongest.mode.replaceAll('_', ' ')} on ${strongest.relation}${more}: ${who}`;
}

class LockWords extends WidgetType {
  constructor(private readonly said: string, private readonly shuts: boolean) { super(); }

  override eq(other: LockWords): boolean { return other.said === this.said && other.shuts === this.shuts; }

  override toDOM(): HTMLElement {
    const span = document.createElement('span');
    span.className = this.shuts ? 'lock shuts' : 'lock';
    const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    icon.setAttribute('viewBox', '0 0 16 16');
    icon.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', this.shuts ? 'M3 7.5h10v6.5H3zM5 7.5V5a3 3 0 0 1 6 0v2.5' : 'M3 7.5h10v6.5H3zM5 7.5V5a3 3 0 0 1 5.8-1');
    icon.append(path);
    span.append(icon, this.said);
    return span;
  }

  override ignoreEvent(): boolean { return false; }
}

function drawn(statements: Statement[], doc: Text): DecorationSet {
  const byLine = new Map<number, Statement>();
  for (const one of statements) {
    const other = byLine.get(one.line);
    if (one.line <= doc.lines && (!other || (!other.blocksReads && one.blocksReads))) byLine.set(one.line, one);
  }
  return Decoration.set([...byLine].filter(([, one]) => words(one) !== '').sort(([a], [b]) => a - b).map(([line, one]) => Decoration.widget({
    widget: new LockWords(words(one), one.blocksReads || one.blocksWrites), side: 1,
  }).range(doc.line(line).to)));
}

export const locks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, change) => {
    for (const effect of change.effects) if (effect.is(setStatements)) return drawn(effect.value, change.state.doc);
    return shown.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
