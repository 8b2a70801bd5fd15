import { type ReactElement, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { IconButton } from '../../ui/Button.tsx';
import type { EditorCompletion } from '../../ui/codeCompletion.ts';
import { CodeEditor, type CodeEditorHandle } from '../../ui/CodeEditor.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { diagnosticsOf, type TextProblem } from './problems.ts';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly dataset: DatasetId;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onDone: () => void;
  readonly problems: readonly TextProblem[];
  readonly editor: Ref<CodeEditorHandle>;
}

/** Asks once, without saving. */
export function QueryField({ dataset, text, onText, onDone, problems, editor }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const chord = useShortcut('triggers.query');
  const [focused, setFocused] = useState(false);
  const complete = async (typed: string, offset: number, explicit: boolean): Promise<readonly EditorCompletion[]> => {
    const before = typed.slice(0, offset);
    if (!explicit && before !== '' && !/[\p{L}\p{N}_@:.,(|&]\s?$/u.test(before)) return [];
    const { completions } = await api.triggers.complete({ dataset, text: typed, offset, frameExpression: true });
    return completions
      .slice(0, 24)
      .map(({ detail, ...offer }) => ({ ...offer, ...(detail === undefined ? {} : { detail: hostText(detail) }) }));
  };
  const [problem] = problems;
  return (
    <div className="input trig-query" role="search">
      <Icon name="search" small />
      <CodeEditor
        ref={editor}
        label={fixedNames.query}
        value={text}
        onChange={onText}
        singleLine
        placeholder={t('queryPlaceholder')}
        diagnostics={diagnosticsOf(problems, text)}
        complete={complete}
        // Keys are commands outside the field: not while the text does not check.
        onSubmit={() => problem === undefined && onDone()}
        onEscape={onDone}
        onFocusChange={setFocused}
      />
      {text === '' ? <KeyHint chord={chord} /> : <IconButton small label={t('clearQuery')} icon="close" onClick={() => onText('')} />}
      {problem !== undefined && focused && (
        <div className="query-problem pop" role="status">
          <Icon name="alert" small />
          <span>{hostText(problem.message)}</span>
        </div>
      )}
    </div>
  );
}
