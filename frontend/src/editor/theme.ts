import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// The colours are those of the page: its custom properties reach into the editor's shadow root.

const COLOURS = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--ink)', fontWeight: '600' },
  { tag: [tags.keyword, tags.operatorKeyword], color: 'light-dark(#2a4a86, #9dbdf2)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'light-dark(#6b3b78, #d0a5df)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#1c6541, #8fd4b0)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#7d4800, #e2b44f)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.operator], color: 'var(--soft)' },
]);

export const theme = [
  syntaxHighlighting(COLOURS),
  EditorView.theme({
    '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)', border: '1px solid var(--edge)', borderRadius: '7px', fontSize: '13px' },
    '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', minHeight: '26em', maxHeight: '72vh', overflow: 'auto' },
    '.cm-content': { caretColor: 'var(--ink)' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'light-dark(#d5e3fa, #2b4266)' },
    '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--soft)', borderRight: '1px solid var(--rule)' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--edge)' },
    '.cm-panels': { backgroundColor: 'var(--sunk)', color: 'var(--ink)', borderColor: 'var(--line)' },
    '.cm-tooltip': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--edge)', borderRadius: '6px', maxWidth: 'min(46em, 90vw)' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
    '.cm-completionDetail': { fontStyle: 'normal', color: 'var(--soft)', marginLeft: '1.2em' },
    'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
    '.cm-completionInfo, .about': { padding: '7px 11px', font: '13px/1.5 var(--sans)', maxWidth: '34em' },
    '.about b': { fontFamily: 'var(--mono)' },
    '.cm-diagnostic': { padding: '6px 11px', borderLeftWidth: '4px', font: '13px/1.5 var(--sans)', whiteSpace: 'normal' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--red)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--hold)' },
    '.cm-diagnostic-info': { borderLeftColor: 'var(--accent)' },
    '.cm-diagnosticAction': { font: 'inherit', backgroundColor: 'var(--accent)', color: 'var(--on-accent)', border: '0', borderRadius: '5px', padding: '2px 9px', margin: '4px 0 0', cursor: 'pointer', display: 'block' },
    '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy', textDecorationColor: 'var(--red)', textUnderlineOffset: '3px' },
    '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy', textDecorationColor: 'var(--hold)', textUnderlineOffset: '3px' },
    '.cm-lintRange-info': { backgroundImage: 'none', textDecoration: 'underline dotted', textDecorationColor: 'var(--accent)', textUnderlineOffset: '3px' },
    '.cm-lintPoint:after': { display: 'none' },
    '.lock': { color: 'var(--soft)', font: '12px/1.4 var(--sans)', marginLeft: '2.5em', whiteSpace: 'nowrap', display: 'inline-flex', gap: '5px', alignItems: 'center', verticalAlign: 'bottom', userSelect: 'none' },
    '.lock.shuts': { color: 'var(--hold)' },
    '.lock svg': { width: '12px', height: '12px', fill: 'none', stroke: 'currentcolor', strokeWidth: '1.8' },
    '.cm-placeholder': { color: 'var(--soft)' },
  }),
];
