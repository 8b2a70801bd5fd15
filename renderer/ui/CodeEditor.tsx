import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { applied, type Complete, type Offered, renderCount, renderSwatch, suggestions } from './codeCompletion.ts';
import { triggerLanguage } from './codeLanguage.ts';
import { highlight, look, multiline, oneLine } from './codeLook.ts';
import { type SuggestionFrame, suggestionFrame } from './suggestionFrame.ts';

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
  readonly complete?: Complete;
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
            override: [(context) => suggestions(context, latest.current.complete)],
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
          typedOverSelection,
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

/**
 * Typing over a selection is done here and not by the browser: that would keep the colour of the words in a style attribute, which the policy of the
 * page forbids and reports.
 */
const typedOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.data === null || view.composing || view.state.readOnly) return false;
    if (view.state.selection.ranges.every((range) => range.empty)) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

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
        // Enter takes what somebody moved to or began to type; a line that is finished is ended, whatever could follow.
        const begun = moved.current || isBegun(view.state);
        if (!singleLine) return begun && acceptCompletion(view);
        if (moved.current && completionStatus(view.state) === 'active') acceptCompletion(view);
        // A word of a text that does not check is not finished: it is completed, and the next one is typed behind it.
        else if (begun && (latest.current.diagnostics ?? []).length > 0) return acceptCompletion(view);
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

/** Whether the suggestion that is chosen completes a word before the caret. */
function isBegun(state: EditorState): boolean {
  const chosen = selectedCompletion(state);
  return chosen !== null && (chosen as Offered).offer.from < state.selection.main.head;
}
