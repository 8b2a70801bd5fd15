import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import type { TextProblem } from './problems.ts';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly problems: readonly TextProblem[];
  readonly readOnly: boolean;
  readonly onGo: (problem: TextProblem) => void;
  readonly onApply: (problem: TextProblem, suggestion: string) => void;
}

/** What is wrong with the text, each with its place and what could stand there. */
export function Problems({ problems, readOnly, onGo, onApply }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  return (
    <div className="probs" role="alert" aria-label={t('problems')}>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.offset} ${problem.message}`} className="prob">
            <Icon name="alert" small />
            <button
              type="button"
              className="prob-go"
              title={t('goTo', { line: problem.line, column: problem.column })}
              onClick={() => onGo(problem)}
            >
              <span className="pos">
                {problem.line}:{problem.column}
              </span>
              <span>{hostText(problem.message)}</span>
              {problem.expected !== '' && <span className="dim clip wide">{t('expected', { what: hostText(problem.expected) })}</span>}
            </button>
            {problem.suggestions.length > 0 && !readOnly && (
              <span className="right row nearest">
                <span className="dim small wide">{t('nearest')}</span>
                {problem.suggestions.slice(0, 3).map((suggestion) => (
                  <Button key={suggestion} small onClick={() => onApply(problem, suggestion)}>
                    <span className="mono">{suggestion}</span>
                  </Button>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
