import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  type Completion,
  type CompletionContext,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { type SuggestionFrame, suggestionFrame } from './suggestionFrame.ts';

/** One suggestion. `from` is where its text replaces what stands before the caret. */
export interface EditorCompletion {
  readonly label: string;
  readonly kind: string;
  readonly detail?: string;
  readonly insert: string;
  readonly from: number;
  /** Drawn as a swatch before the label; `transparent` keeps its place free. */
  readonly color?: string;
  /** Filled in when it is known (the number of frames it would give). */
  readonly count?: Promise<string | null>;
}

export interface EditorDiagnostic {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface CodeEditorHandle {
  focus(): void;
  /** Selects a range and scrolls it into view. */
  select(from: number, to?: number): void;
  element(): HTMLElement | null;
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly singleLine?: boolean;
  readonly readOnly?: boolean;
  readonly placeholder?: string;
  readonly diagnostics?: readonly EditorDiagnostic[];
  readonly complete?: (text: string, offset: number, explicit: boolean) => Promise<readonly EditorCompletion[]>;
  /** Head and foot of the list of suggestions. */
  readonly suggestionFrame?: SuggestionFrame;
  /** The text as it would be with the suggestion that is chosen now; null when none is. `moved`: somebody moved to it with the arrow keys. */
  readonly onPreview?: (text: string | null, moved: boolean) => void;
  readonly onSubmit?: () => void;
  /** Escape with no suggestions open. */
  readonly onEscape?: () => void;
  readonly onFocusChange?: (focused: boolean) => void;
  /** Where the caret is, after every move. */
  readonly onCaret?: (offset: number) => void;
  readonly describedBy?: string;
  /** More of CodeMirror (number widgets, folding …). Fixed for the life of the editor. */
  readonly extensions?: Extension;
  readonly ref?: Ref<CodeEditorHandle>;
}

const words = new Set(
  'group trigger when severity guideline fixture fires silent exists where and or not in within count sum avg min max any track'.split(' '),
);

/** Colours only: what the text means is said by the host (`triggers.check`, `triggers.complete`). */
const triggerLanguage = StreamLanguage.define<null>({
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^\d+(?:\.\d+)?(?:px2|px|ms|s|%)?/)) return 'number';
    const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
    if (word !== null && word !== true && word !== false)
      return words.has(word[0]) ? 'keyword' : /^\(/.test(stream.string.slice(stream.pos)) ? 'function' : 'name';
    stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.variableName), name: tags.variableName },
});

const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword, var(--text-2))' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--code-string, var(--success))' },
  { tag: tags.number, color: 'var(--code-number, var(--accent-text))' },
]);

const look = EditorView.theme({
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

const multiline = EditorView.theme({ '.cm-content': { padding: '8px 0' }, '.cm-line': { padding: '0 12px' } });

/**
 * CodeMirror for queries and triggers. It lives in a shadow root because there it styles itself through adopted sheets; in the page it would write a
 * style tag, which the policy of the page forbids. Names and roles are found through the (open) root as if it were not there.
 */
export function CodeEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const editable = useRef(new Compartment());
  const moved = useRef(false);
  /** What was typed and has not come back as `value` yet, oldest first. */
  const said = useRef<string[]>([]);
  useEffect(() => {
    latest.current = props;
  });

  useImperativeHandle(props.ref, () => ({
    focus: () => view.current?.focus(),
    select: (from, to = from) => {
      view.current?.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.current?.focus();
    },
    element: () => host.current,
  }));

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open', delegatesFocus: true });
    const { singleLine = false, label, placeholder, describedBy } = latest.current;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          Prec.highest(keymap.of(keys(latest, moved, singleLine))),
          history(),
          keymap.of([...historyKeymap, ...defaultKeymap]),
          triggerLanguage,
          syntaxHighlighting(highlight),
          // The earlier theme wins.
          singleLine ? oneLine : [multiline, EditorView.lineWrapping],
          look,
          placeholder === undefined ? [] : placeholderText(placeholder),
          EditorView.contentAttributes.of({
            'aria-label': label,
            'aria-multiline': String(!singleLine),
            // The text takes the focus by itself; said so that nobody asks for a second stop on what scrolls around it.
            tabindex: '0',
            spellcheck: 'false',
            autocorrect: 'off',
            autocapitalize: 'off',
            ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
          }),
          editable.current.of(EditorState.readOnly.of(latest.current.readOnly ?? false)),
          autocompletion({
            override: [(context) => source(context, latest.current)],
            icons: false,
            defaultKeymap: false,
            activateOnTypingDelay: 80,
            interactionDelay: 0,
            maxRenderedOptions: 40,
            addToOptions: [
              { render: renderSwatch, position: 20 },
              { render: renderCount, position: 90 },
            ],
          }),
          suggestionFrame(() => latest.current.suggestionFrame),
          EditorView.updateListener.of((update) => {
            const now = latest.current;
            if (update.docChanged) {
              moved.current = false;
              const text = update.state.doc.toString();
              said.current.push(text);
              now.onChange(text);
            }
            if (update.selectionSet || update.docChanged) now.onCaret?.(update.state.selection.main.head);
            if (update.focusChanged) now.onFocusChange?.(update.view.hasFocus);
            const chosen = selectedCompletion(update.state);
            if (chosen !== selectedCompletion(update.startState) || update.docChanged) {
              now.onPreview?.(chosen === null ? null : applied(update.state, chosen as Offered), moved.current);
            }
          }),
          latest.current.extensions ?? [],
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  const { value, diagnostics, readOnly } = props;
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    if (editor.state.doc.toString() !== value) {
      // On a busy machine more is typed before the last text comes back: an echo of the editor's own words must not replace newer ones.
      const echo = said.current.indexOf(value);
      if (echo >= 0) {
        said.current.splice(0, echo + 1);
        return;
      }
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
    said.current = [];
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const length = editor.state.doc.length;
    const shown: Diagnostic[] = (diagnostics ?? []).map(({ from, to, message }) => {
      const start = Math.max(0, Math.min(from, length));
      return { from: start, to: Math.max(start, Math.min(to, length)), severity: 'error', message };
    });
    editor.dispatch(setDiagnostics(editor.state, shown));
  }, [diagnostics]);
  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(EditorState.readOnly.of(readOnly ?? false)) });
  }, [readOnly]);

  return <div ref={host} className={props.singleLine === true ? 'code one-line' : 'code'} />;
}

type Offered = Completion & { readonly offer: EditorCompletion };

const oneLine: Extension = [
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

function keys(latest: { readonly current: Props }, moved: { current: boolean }, singleLine: boolean) {
  const move = (forward: boolean) => (view: EditorView) => {
    if (completionStatus(view.state) !== 'active') return false;
    moved.current = true;
    return moveCompletionSelection(forward)(view);
  };
  return [
    { key: 'Ctrl-Space', run: startCompletion },
    { key: 'ArrowDown', run: (view: EditorView) => move(true)(view) || (singleLine && startCompletion(view)) },
    { key: 'ArrowUp', run: move(false) },
    { key: 'Tab', run: acceptCompletion },
    {
      key: 'Enter',
      run: (view: EditorView) => {
        if (!singleLine) return acceptCompletion(view);
        if (moved.current && completionStatus(view.state) === 'active') acceptCompletion(view);
        else closeCompletion(view);
        latest.current.onSubmit?.();
        return true;
      },
    },
    {
      key: 'Mod-Enter',
      run: () => {
        latest.current.onSubmit?.();
        return latest.current.onSubmit !== undefined;
      },
    },
    {
      key: 'Escape',
      run: (view: EditorView) => {
        // Suggestions on their way are called off; only those in sight take the key.
        const shown = completionStatus(view.state) === 'active';
        closeCompletion(view);
        if (shown) return true;
        latest.current.onEscape?.();
        return latest.current.onEscape !== undefined;
      },
    },
  ];
}

async function source(context: CompletionContext, props: Props) {
  if (props.complete === undefined) return null;
  const text = context.state.doc.toString();
  const offers = await props.complete(text, context.pos, context.explicit);
  if (context.aborted || offers.length === 0) return null;
  const from = Math.min(...offers.map((offer) => offer.from));
  return {
    from,
    filter: false,
    options: offers.map((offer): Offered => ({
      label: offer.label,
      type: offer.kind,
      ...(offer.detail === undefined ? {} : { detail: offer.detail }),
      offer,
      apply: (view: EditorView) => {
        const to = view.state.selection.main.head;
        view.dispatch({
          changes: { from: offer.from, to, insert: offer.insert },
          selection: { anchor: offer.from + offer.insert.length },
          userEvent: 'input.complete',
        });
      },
    })),
    getMatch: (completion: Completion) => {
      const typed = text.slice((completion as Offered).offer.from, context.pos).toLowerCase();
      return typed !== '' && completion.label.toLowerCase().startsWith(typed) ? [0, typed.length] : [];
    },
  };
}

function applied(state: EditorState, { offer }: Offered): string {
  const text = state.doc.toString();
  return text.slice(0, offer.from) + offer.insert + text.slice(state.selection.main.head);
}

function renderSwatch(completion: Completion): Node | null {
  const { color } = (completion as Offered).offer;
  if (color === undefined) return null;
  const span = document.createElement('span');
  span.className = 'hc-swatch';
  span.style.background = color;
  if (color === 'transparent') span.style.boxShadow = 'none';
  return span;
}

function renderCount(completion: Completion): Node | null {
  const { offer } = completion as Offered;
  if (offer.count === undefined) return null;
  const span = document.createElement('span');
  span.className = 'hc-count';
  void offer.count.then((text) => {
    span.textContent = text ?? '';
  });
  return span;
}
