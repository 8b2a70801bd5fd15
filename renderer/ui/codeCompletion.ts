import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

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

export type Complete = (text: string, offset: number, explicit: boolean) => Promise<readonly EditorCompletion[]>;

export type Offered = Completion & { readonly offer: EditorCompletion };

/** The suggestions at the caret, or null for none. */
export async function suggestions(context: CompletionContext, complete: Complete | undefined): Promise<CompletionResult | null> {
  if (complete === undefined) return null;
  const text = context.state.doc.toString();
  const offers = await complete(text, context.pos, context.explicit);
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

/** The text as it would be with a suggestion. */
export function applied(state: EditorState, { offer }: Offered): string {
  const text = state.doc.toString();
  return text.slice(0, offer.from) + offer.insert + text.slice(state.selection.main.head);
}

export function renderSwatch(completion: Completion): Node | null {
  const { color } = (completion as Offered).offer;
  if (color === undefined) return null;
  const span = document.createElement('span');
  span.className = 'hc-swatch';
  span.style.background = color;
  if (color === 'transparent') span.style.boxShadow = 'none';
  return span;
}

export function renderCount(completion: Completion): Node | null {
  const { offer } = completion as Offered;
  if (offer.count === undefined) return null;
  const span = document.createElement('span');
  span.className = 'hc-count';
  void offer.count.then((text) => {
    span.textContent = text ?? '';
  });
  return span;
}
