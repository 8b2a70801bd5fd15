import { type Ref, useEffect, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { FrameQueryResult, FrameSelection } from '../../../shared/contract/frames.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { IconButton } from '../../ui/Button.tsx';
import type { EditorCompletion } from '../../ui/codeCompletion.ts';
import { CodeEditor, type CodeEditorHandle, type EditorDiagnostic } from '../../ui/CodeEditor.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly dataset: DatasetId;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onPreview: (text: string | null, moved: boolean) => void;
  readonly onSubmit: () => void;
  readonly onEscape: () => void;
  readonly selection: (where: string) => FrameSelection;
  readonly result: FrameQueryResult | null;
  readonly all: number;
  readonly loading: boolean;
  readonly diagnostics: readonly EditorDiagnostic[];
  /** Suggestions are open: they come before what is wrong. */
  readonly completing: boolean;
  readonly editor: Ref<CodeEditorHandle>;
  /** By the name of the category. */
  readonly colors: ReadonlyMap<string, string>;
}

/** Counts of the suggestions are worth little next to the answer itself: two at a time, and only for the first few. */
const counted = 8;

export function QueryBar(props: Props) {
  const { t } = useTranslation('frames');
  const language = useLanguage();
  const chord = useShortcut('frames.query');
  const [focused, setFocused] = useState(false);
  const { dataset, text, result, diagnostics } = props;
  const error = useIdle(diagnostics[0]?.message ?? null, 500);

  const complete = async (typed: string, offset: number, explicit: boolean): Promise<readonly EditorCompletion[]> => {
    const before = typed.slice(0, offset);
    // Where nobody has begun a word and none must follow, suggestions come when they are asked for.
    if (!explicit && before !== '' && !/[\p{L}_@][\p{L}\p{N}_@]*$|[.:(|&]\s?$/u.test(before)) return [];
    const { completions } = await api.triggers.complete({ dataset, text: typed, offset, frameExpression: true });
    const count = counter(async (where) => {
      const answer = await api.frames.query({ dataset, selection: props.selection(where) });
      return formatCount(answer.total, language);
    });
    return completions.slice(0, 24).map((completion, i) => {
      const where = typed.slice(0, completion.from) + completion.insert + typed.slice(offset);
      return {
        label: completion.label,
        kind: completion.kind,
        from: completion.from,
        insert: completion.insert,
        color: (completion.kind === 'category' && props.colors.get(completion.label)) || 'transparent',
        ...(completion.detail === undefined ? {} : { detail: hostText(completion.detail) }),
        ...(i < counted ? { count: count(where) } : {}),
      };
    });
  };

  return (
    <div className={focused ? 'input query open' : 'input query'} role="search">
      <Icon name="search" small />
      <CodeEditor
        ref={props.editor}
        label={fixedNames.query}
        value={text}
        onChange={props.onText}
        singleLine
        placeholder={t('queryPlaceholder')}
        diagnostics={diagnostics}
        complete={complete}
        suggestionFrame={{
          title: t('suggestions.title'),
          count: t('framesColumn'),
          keys: [
            { caps: ['↑', '↓'], words: t('suggestions.preview') },
            { caps: ['Tab'], words: t('suggestions.complete') },
            { caps: ['Enter'], words: t('suggestions.run') },
          ],
        }}
        onPreview={props.onPreview}
        onSubmit={props.onSubmit}
        onEscape={props.onEscape}
        onFocusChange={setFocused}
      />
      <span className="res" role="status" aria-label={t('resultLabel')}>
        {result !== null && (
          <>
            <Trans
              ns="frames"
              i18nKey="result"
              values={{ shown: formatCount(result.total, language), all: formatCount(props.all, language) }}
              components={{ b: <b />, s: <span /> }}
            />
            <span className="ms">, {formatCount(Math.max(1, Math.round(result.ms)), language)} ms</span>
            {result.unknownFrames > 0 && (
              <span className="warning">
                , {t('unknown', { count: result.unknownFrames, shown: formatCount(result.unknownFrames, language) })}
                {result.unmeasuredFrames > 0 && (
                  <span className="ms">
                    : {t('unmeasured', { count: result.unmeasuredFrames, shown: formatCount(result.unmeasuredFrames, language) })}
                  </span>
                )}
              </span>
            )}
          </>
        )}
      </span>
      {text === '' ? <KeyHint chord={chord} /> : <IconButton small label={t('clearQuery')} icon="close" onClick={() => props.onText('')} />}
      {error !== null && focused && !props.completing && (
        <div className="query-error pop" role="status">
          <Icon name="warning" small />
          <span>{error}</span>
        </div>
      )}
    </div>
  );
}

/** A value once it has stood still: an error that shows up in the middle of a word only disturbs. */
function useIdle<T>(value: T | null, ms: number): T | null {
  const [shown, setShown] = useState<T | null>(null);
  useEffect(() => {
    if (value === null) {
      setShown(null);
      return undefined;
    }
    const timer = setTimeout(() => setShown(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value === null ? null : shown;
}

/** Runs `ask` for one text after the other, two at a time; an incomplete text has no count. */
function counter(ask: (where: string) => Promise<string>): (where: string) => Promise<string | null> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (where) => {
    if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await ask(where);
    } catch {
      return null;
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
