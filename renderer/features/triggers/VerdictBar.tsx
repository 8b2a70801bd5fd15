import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Verdict } from '../../../shared/contract/triggers.ts';
import { Button } from '../../ui/Button.tsx';
import { Combobox, type ComboboxOption } from '../../ui/Combobox.tsx';
import { verdictCommands } from './commands.ts';

interface Props {
  /** Why no verdict can be given now; null where one can. */
  readonly paused: string | null;
  readonly given: Verdict | null;
  readonly categories: readonly ComboboxOption[];
  /** The hit's boxes can take another category. */
  readonly relabels: boolean;
  readonly choosing: boolean;
  readonly onChoosing: (open: boolean) => void;
  readonly onCategory: (category: string) => void;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onOpen: () => void;
}

/** What a person says about the focused hit, one key each. */
export function VerdictBar(props: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const { paused, given, onVerdict } = props;
  return (
    <div className="verdictbar" role="toolbar" aria-label={t('verdict.bar')}>
      {verdictCommands.map(({ verdict, name, keys }) => {
        const button = (
          <Button
            key={verdict}
            variant={verdict === 'accept' && paused === null ? 'primary' : 'ghost'}
            className={verdict === 'reject' ? 'quiet' : ''}
            chord={keys[0]}
            disabled={paused !== null}
            aria-pressed={given === verdict}
            {...(verdict === 'relabel' && props.relabels ? {} : { onClick: () => onVerdict(verdict) })}
          >
            {t(`verdict.${name}`)}
          </Button>
        );
        if (verdict !== 'relabel' || !props.relabels) return button;
        return (
          <Combobox
            key={verdict}
            label={t('verdict.chooseCategory')}
            placeholder={t('verdict.findCategory')}
            options={props.categories}
            open={props.choosing}
            onOpenChange={props.onChoosing}
            onChoose={props.onCategory}
            trigger={button}
          />
        );
      })}
      <span className="right" />
      {paused === null ? (
        <Button variant="ghost" className="quiet open-hit" chord="Enter" onClick={props.onOpen}>
          {t('openInLabel')}
        </Button>
      ) : (
        <span className="dim small nowrap">{paused}</span>
      )}
    </div>
  );
}
