import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { forEachDiagnostic, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from '@codemirror/view';
import './editor.css';
import { fix, offset, type Finding } from './fix';
import { Judge, type Judgement } from './judge';
import { plans } from './language';
import { locks, setStatements } from './locks';
import { panel, show } from './panel';
import type { Schema } from './schema';
import { theme } from './theme';

// The editor of plans, in the place of a text area that stays in the form. It lives in a shadow root: there its styles are
// constructed sheets, which the content policy allows without a word of inline style.

const SEVERITY = { blocking: 'error', error: 'error', warning: 'warning', info: 'info' } as const;

class PlanEditor {
  private readonly view: EditorView;
  private readonly findings = panel();
  private readonly language = new Compartment();
  private readonly judge: Judge;
  private latest: Judgement | undefined;

  constructor(private readonly area: HTMLTextAreaElement) {
    this.judge = new Judge(area.dataset['analyses']!, (judgement, text) => this.heard(judgement, text));
    const host = document.createElement('div');
    host.className = 'editor';
    const root = host.attachShadow({ mode: 'open' });
    area.after(host, hint(), this.findings);
    this.view = new EditorView({ root, parent: root, state: EditorState.create({ doc: area.value, extensions: this.extensions() }) });
    this.takeOver(host);
    void this.learn(area.dataset['schema']!);
    void this.judge.now(area.value);
  }

  private extensions() {
    return [
      lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      indentUnit.of('  '), EditorState.tabSize.of(2), this.language.of(plans(undefined)), locks, theme,
      placeholder('plan: …'),
      // Tab is left alone: it goes on to the next control, as everywhere.
      keymap.of([{ key: 'Mod-.', run: () => this.fixHere() }, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': this.area.labels?.[0]?.textContent?.trim() ?? 'The document' }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        this.area.value = update.state.doc.toString();
        this.area.dispatchEvent(new Event('input', { bubbles: true }));
        this.judge.changed(this.area.value);
      }),
    ];
  }

  private takeOver(host: HTMLElement): void {
    const focused = document.activeElement === this.area;
    if (focused) this.view.dispatch({ selection: { anchor: this.area.selectionStart, head: this.area.selectionEnd } });
    this.area.hidden = true;
    if (focused) this.view.focus();
    // A control that cannot be seen cannot be asked for either; the server asks.
    this.area.required = false;
    for (const label of this.area.labels ?? []) label.addEventListener('click', () => this.view.focus());
    this.area.addEventListener('rubicon:place', (event) => {
      const { line, column } = (event as CustomEvent<{ line: number; column: number }>).detail;
      this.go(line, column);
    });
    this.area.addEventListener('rubicon:text', () => {
      const text = this.area.value;
      this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    });
    host.dataset['ready'] = 'true';
  }

  private async learn(address: string): Promise<void> {
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (answer.ok) this.view.dispatch({ effects: this.language.reconfigure(plans(await answer.json() as Schema)) });
  }

  private heard(judgement: Judgement, text: string): void {
    if (text !== this.view.state.doc.toString()) return;
    this.latest = judgement;
    const all: Diagnostic[] = [
      ...judgement.violations.map((each) => this.diagnostic(each, { severity: 'error', message: each.message })),
      ...judgement.findings.map((each) => {
        const change = this.change(each);
        return this.diagnostic(each, {
          severity: SEVERITY[each.severity], source: each.rule, message: `${each.message}. ${each.why}`,
          actions: change ? [{ name: 'Use the safe form', apply: () => change() }] : [],
        });
      }),
    ];
    this.view.dispatch(setDiagnostics(this.view.state, all), { effects: setStatements.of(judgement.statements) });
    show(this.findings, judgement, { go: (line, column) => this.go(line, column), fix: (finding) => this.change(finding) });
  }

  private diagnostic(at: { line: number; column: number }, said: Omit<Diagnostic, 'from' | 'to'>): Diagnostic {
    const doc = this.view.state.doc;
    const from = offset(doc.toString(), at.line, at.column);
    const line = doc.lineAt(from);
    const rest = doc.sliceString(from, line.to);
    return { ...said, from, to: Math.max(from, from + rest.trimEnd().length) };
  }

  /** The deed that puts the safe form in; it looks again, for the text may have changed. */
  private change(finding: Finding): (() => void) | undefined {
    const statements = this.latest?.statements ?? [];
    if (!fix(this.view.state.doc.toString(), finding, statements)) return undefined;
    return () => {
      const change = fix(this.view.state.doc.toString(), finding, statements);
      if (!change) return;
      this.view.dispatch({ changes: change, selection: { anchor: change.from + change.insert.length }, scrollIntoView: true, userEvent: 'input.fix' });
      this.view.focus();
    };
  }

  /** The first safe form at the cursor's line. */
  private fixHere(): boolean {
    const row = this.view.state.doc.lineAt(this.view.state.selection.main.head);
    let deed: ((view: EditorView, from: number, to: number) => void) | undefined;
    let at = { from: 0, to: 0 };
    forEachDiagnostic(this.view.state, (each, from, to) => {
      const action = each.actions?.[0];
      if (!deed && action && from <= row.to && to >= row.from) {
        deed = action.apply;
        at = { from, to };
      }
    });
    deed?.(this.view, at.from, at.to);
    return deed !== undefined;
  }

  private go(line: number, column: number): void {
    const anchor = offset(this.view.state.doc.toString(), line, column);
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    this.view.focus();
  }
}

function hint(): HTMLElement {
  const made = document.createElement('p');
  made.className = 'hint keys';
  const keys: [string, string][] = [['Ctrl Space', 'completes'], ['F8', 'next finding'], ['Ctrl .', 'uses its safe form'], ['Tab', 'leaves the editor'], ['Esc', 'closes what is open']];
  for (const [key, does] of keys) {
    const kbd = document.createElement('kbd');
    kbd.textContent = key;
    const one = document.createElement('span');
    one.append(kbd, ` ${does}`);
    made.append(one, ' ');
  }
  return made;
}

export function edit(area: HTMLTextAreaElement): void {
  new PlanEditor(area);
}
