import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Verdict } from '../../../shared/contract/triggers.ts';
import { formatSeverity } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';

const buttons = [
  { verdict: 'accept', text: 'accept', chord: 'Y' },
  { verdict: 'relabel', text: 'relabel', chord: 'E' },
  { verdict: 'merge', text: 'merge', chord: 'M' },
  { verdict: 'delete_first', text: 'deleteFirst', chord: 'Shift+1' },
  { verdict: 'delete_second', text: 'deleteSecond', chord: 'Shift+2' },
  { verdict: 'ignore', text: 'ignore', chord: 'X' },
  { verdict: 'reject', text: 'reject', chord: 'N' },
] as const satisfies readonly { verdict: Verdict; text: string; chord: string }[];

interface Props {
  readonly trigger: string;
  readonly severity: number | null;
  /** The boxes of the hit can be edited; predictions can only be judged. */
  readonly editable: boolean;
  readonly given: Verdict | null;
  readonly onVerdict: (verdict: Verdict) => void;
}

const needsBoxes: readonly Verdict[] = ['relabel', 'merge', 'delete_first', 'delete_second', 'ignore'];

/** What a person says about the hit on the canvas, one key each. */
export function VerdictBar({ trigger, severity, editable, given, onVerdict }: Props): ReactElement {
  const { t } = useTranslation('label');
  const language = useLanguage();
  return (
    <div className="pop verdicts" role="toolbar" aria-label={t('verdict.bar')}>
      <Icon name="trigger" small />
      <strong className="clip">{trigger}</strong>
      {severity !== null && <span className="dim nowrap">{t('verdict.severity', { value: formatSeverity(severity, language) })}</span>}
      <span className="verdict-line" />
      {buttons
        .filter(({ verdict }) => editable || !needsBoxes.includes(verdict))
        .map(({ verdict, text, chord }) => (
          <Button
            key={verdict}
            small
            variant={(given ?? 'accept') === verdict ? 'primary' : 'ghost'}
            chord={chord}
            aria-pressed={given === verdict}
            onClick={() => onVerdict(verdict)}
          >
            {t(`verdict.${text}`)}
          </Button>
        ))}
    </div>
  );
}
