import { HighlightStyle } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword, var(--text-2))' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--code-string, var(--success))' },
  { tag: tags.number, color: 'var(--code-number, var(--accent-text))' },
]);

export const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', background: 'transparent', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    lineHeight: '18px',
    overflow: 'auto',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-content': { padding: '0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--text-3)', fontFamily: 'var(--font)', fontSize: '13px' },
  '.cm-content ::selection, .cm-line::selection': { background: 'var(--accent-bg)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--danger)' },
  '.cm-tooltip': {
    border: '0',
    borderRadius: '10px',
    background: 'var(--float)',
    boxShadow: 'var(--shadow)',
    color: 'var(--text)',
    font: '400 13px/18px var(--font)',
    zIndex: '35',
  },
  '.cm-tooltip.cm-tooltip-autocomplete': { marginTop: '8px' },
  '.cm-tooltip-lint': { padding: '4px' },
  '.cm-diagnostic-error': { border: '0', padding: '4px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font)',
    padding: '4px 0',
    maxHeight: '280px',
    minWidth: '400px',
    maxWidth: 'min(560px, 90vw)',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    height: '28px',
    padding: '0 12px',
    lineHeight: '28px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--selected)',
    color: 'var(--text)',
    boxShadow: 'inset 2px 0 var(--accent)',
  },
  '.cm-completionLabel': { fontFamily: 'var(--mono)', fontSize: '12px', whiteSpace: 'nowrap', minWidth: '148px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    flex: '1',
    minWidth: '0',
    margin: '0',
    fontStyle: 'normal',
    color: 'var(--text-2)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  '.hc-swatch': {
    flex: 'none',
    width: '8px',
    height: '8px',
    borderRadius: '2px',
    // White and pale categories keep an edge on a light ground, as everywhere.
    boxShadow: 'inset 0 0 0 1px color-mix(in srgb, var(--text), transparent 78%)',
  },
  '.hc-count': { minWidth: '40px', textAlign: 'right', color: 'var(--text-2)', fontFeatureSettings: '"tnum"' },
});

export const multiline = EditorView.theme({ '.cm-content': { padding: '8px 0' }, '.cm-line': { padding: '0 12px' } });

/** Line breaks that are pasted become spaces. */
export const oneLine: Extension = [
  EditorState.transactionFilter.of((transaction) =>
    transaction.docChanged && transaction.newDoc.lines > 1
      ? [
          transaction,
          {
            changes: { from: 0, to: transaction.newDoc.length, insert: transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ') },
            sequential: true,
          },
        ]
      : transaction,
  ),
  EditorView.theme({
    '.cm-scroller': { overflow: 'hidden', lineHeight: '26px' },
    '.cm-placeholder': { lineHeight: '26px', display: 'inline-block', height: '26px' },
  }),
];
