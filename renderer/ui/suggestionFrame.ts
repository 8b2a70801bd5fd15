import { completionStatus } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** What stands over and under the list of suggestions. */
export interface SuggestionFrame {
  readonly title: string;
  /** What the numbers at the right count. */
  readonly count: string;
  readonly keys: readonly { readonly caps: readonly string[]; readonly words: string }[];
}

const look = EditorView.theme({
  '.cm-tooltip.cm-tooltip-autocomplete': { display: 'flex', flexDirection: 'column' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { order: '1' },
  '.hc-head': { display: 'flex', padding: '8px 12px 4px', fontSize: '12px', lineHeight: '16px', color: 'var(--text-2)' },
  '.hc-head > :last-child': { marginLeft: 'auto' },
  '.hc-foot': {
    order: '2',
    display: 'flex',
    flexWrap: 'wrap',
    gap: '4px 16px',
    padding: '8px 12px',
    borderTop: '1px solid var(--line)',
    fontSize: '12px',
    lineHeight: '18px',
    color: 'var(--text-2)',
  },
  '.hc-foot kbd': {
    display: 'inline-block',
    minWidth: '16px',
    padding: '0 4px',
    marginRight: '6px',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    font: '500 11px/16px var(--font)',
    textAlign: 'center',
  },
});

/** Puts a head and a foot around CodeMirror's list, which has no place for them of its own. Who hears the list hears the list alone. */
export function suggestionFrame(current: () => SuggestionFrame | undefined): Extension {
  return [
    look,
    EditorView.updateListener.of(({ view, state }) => {
      if (completionStatus(state) !== 'active') return;
      view.requestMeasure({
        key: suggestionFrame,
        read: () => view.dom.querySelector('.cm-tooltip-autocomplete'),
        write: (list) => {
          const frame = current();
          if (list === null || frame === undefined || list.querySelector('.hc-foot') !== null) return;
          list.prepend(element('hc-head', [element('', [frame.title]), element('', [frame.count])]));
          list.append(
            element(
              'hc-foot',
              frame.keys.map(({ caps, words }) => element('', [...caps.map((cap) => element('', [cap], 'kbd')), words])),
            ),
          );
        },
      });
    }),
  ];
}

function element(className: string, children: readonly (Node | string)[], tag = 'span'): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') {
    made.className = className;
    made.ariaHidden = 'true';
  }
  made.append(...children);
  return made;
}
