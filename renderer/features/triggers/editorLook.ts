import { lineNumbers, highlightActiveLine, highlightActiveLineGutter, EditorView } from '@codemirror/view';
import type { Extension } from '@codemirror/state';

/** What the trigger's editor has beyond the query field: numbered lines, the line one is in. */
export const editorLook: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  EditorView.theme({
    '.cm-scroller': { lineHeight: '20px' },
    '.cm-gutters': { background: 'transparent', border: '0', color: 'var(--text-3)' },
    '.cm-lineNumbers .cm-gutterElement': { minWidth: '44px', padding: '0 12px 0 0' },
    '.cm-line': { padding: '0 12px 0 0' },
    '.cm-activeLine': { background: 'transparent' },
    '&.cm-focused .cm-activeLine': { background: 'var(--hover)' },
    '.cm-activeLineGutter': { background: 'transparent' },
    '&.cm-focused .cm-activeLineGutter': { background: 'var(--hover)', color: 'var(--text-2)' },
  }),
];
