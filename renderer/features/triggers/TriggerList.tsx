import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { libraryKind, type LibraryKind, libraryKinds } from '../../../shared/triggers/library.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { problemsOf } from './problems.ts';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly list: readonly TriggerSummary[];
  readonly chosen: string | null;
  readonly edited: boolean;
  readonly readOnly: boolean;
  readonly onChoose: (name: string) => void;
  readonly onNew: () => void;
  readonly onEdit: () => void;
}

const optionId = (name: string): string => `trigger-${name}`;

/** The shelves of the library in their order, and what stands on each. */
export function shelves(list: readonly TriggerSummary[]): readonly (readonly [LibraryKind, readonly TriggerSummary[]])[] {
  const library = list.filter(({ origin }) => origin === 'library');
  return libraryKinds
    .map((kind) => [kind, library.filter(({ text }) => (libraryKind(text) ?? 'Scenario') === kind)] as const)
    .filter(([, triggers]) => triggers.length > 0);
}

/** A library trigger that means nothing in this dataset. */
export function missingHere(trigger: TriggerSummary): string | null {
  if (trigger.origin !== 'library' || trigger.error === null) return null;
  const missing = trigger.error.details?.['missing'];
  return Array.isArray(missing) ? missing.join(', ') : '';
}

export function TriggerList({ list, chosen, edited, readOnly, onChoose, onNew, onEdit }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const [width, setWidth] = usePanelWidth('triggers', 284);
  const listbox = useRef<HTMLDivElement>(null);
  const own = list.filter(({ origin }) => origin === 'dataset');
  const library = shelves(list);
  const order = [...own, ...library.flatMap(([, triggers]) => triggers)];
  useEffect(() => {
    if (chosen !== null) document.getElementById(optionId(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = order.findIndex(({ name }) => name === chosen);
    const last = order.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    if (event.key === 'Enter' && !event.shiftKey) onEdit();
    else if (to === undefined) return;
    else if (order[to] !== undefined) onChoose(order[to].name);
    event.preventDefault();
  };
  const shared = { chosen, edited, onChoose };
  return (
    <Panel
      label={t('title')}
      side="left"
      width={width}
      onWidth={setWidth}
      min={200}
      max={440}
      resizeLabel={t('app:resize', { name: t('title') })}
    >
      <div className="trig-head">
        <h2>{t('title')}</h2>
        <span className="dimmer small">{own.length}</span>
        <span className="right" />
        <Button small icon="plus" disabled={readOnly} title={t('newTitle')} onClick={onNew}>
          {t('new')}
        </Button>
      </div>
      <div
        ref={listbox}
        className="trig-list scroll"
        role="listbox"
        tabIndex={0}
        aria-label={fixedNames.viewNames.triggers}
        aria-activedescendant={chosen === null ? undefined : optionId(chosen)}
        onKeyDown={onKeyDown}
      >
        <div role="group" aria-label={t('own')} className="trig-own">
          {own.length > 0 ? (
            <div className="trig-cols" aria-hidden>
              <span />
              <span>{t('precisionColumn')}</span>
              <span>{t('hitsColumn')}</span>
            </div>
          ) : (
            <p className="trig-none dim">{t('noneYet')}</p>
          )}
          {own.map((trigger) => (
            <OwnRow key={trigger.name} trigger={trigger} {...shared} />
          ))}
        </div>
        <div className="trig-shelves">
          <div className="trig-shelf-head">
            <b>{t('library')}</b> <span className="dimmer">{t('libraryCount', { count: list.length - own.length })}</span>
          </div>
          {library.map(([kind, triggers]) => (
            <div key={kind} role="group" aria-label={t(`kind.${kind}`)} className="trig-shelf">
              <div className="trig-kind" aria-hidden>
                <Icon name="folder" small />
                <span>{t(`kind.${kind}`)}</span>
                <span className="right">{triggers.length}</span>
              </div>
              {triggers.map((trigger) => (
                <LibraryRow key={trigger.name} trigger={trigger} {...shared} />
              ))}
            </div>
          ))}
        </div>
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly trigger: TriggerSummary;
  readonly chosen: string | null;
  readonly edited: boolean;
  readonly onChoose: (name: string) => void;
}

function OwnRow({ trigger, chosen, edited, onChoose }: RowProps): ReactElement {
  const { t } = useTranslation('triggers');
  const on = trigger.name === chosen;
  const armed = trigger.armed ? t('armed') : t('notArmed');
  return (
    <div id={optionId(trigger.name)} role="option" aria-selected={on} className="trow" onClick={() => onChoose(trigger.name)}>
      <span className={trigger.armed ? 'armed' : 'armed off'} title={armed} aria-hidden />
      <span className="trow-name">
        <span className="clip" title={trigger.name}>
          <b>{trigger.name}</b>
          <span className="sr-only">, {armed}</span>
          {on && edited && <span className="dim"> {t('edited')}</span>}
        </span>
        <Precision trigger={trigger} />
      </span>
      <HitCount hits={trigger.hits} />
    </div>
  );
}

function Precision({ trigger }: { readonly trigger: TriggerSummary }): ReactElement {
  const { t } = useTranslation('triggers');
  const { precision, verdicts, error } = trigger;
  if (error !== null) return <span className="pr danger clip">{t('doesNotCheck')}</span>;
  if (precision !== null) {
    return (
      <span className="pr" title={t('precisionTitle')}>
        {precision.value.toFixed(2)}{' '}
        <span className="dimmer">
          {precision.low.toFixed(2)}–{precision.high.toFixed(2)}
        </span>
      </span>
    );
  }
  const reviewed = verdicts.right + verdicts.wrong;
  return <span className="pr dimmer">{reviewed === 0 ? t('notReviewed') : t('reviewed', { count: reviewed })}</span>;
}

/** The number as it is drawn, in words for who hears it. */
function HitCount({ hits }: { readonly hits: number | null }): ReactElement {
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const shown = hits === null ? '–' : formatCount(hits, language);
  return (
    <span className="n">
      <span aria-hidden>{shown}</span>
      <span className="sr-only">, {hits === null ? t('noHits') : t('hits', { count: hits, shown })}</span>
    </span>
  );
}

function LibraryRow({ trigger, chosen, edited, onChoose }: RowProps): ReactElement {
  const { t } = useTranslation('triggers');
  const missing = missingHere(trigger);
  // What the library holds checks wherever there are the categories and the runs it asks about.
  const short = missing === null ? null : missing === '' ? t('missingRun') : t('missing', { names: missing });
  const reason = missing === '' ? hostText(problemsOf(trigger.error, trigger.text)[0]?.message ?? t('doesNotCheck')) : short;
  return (
    <div
      id={optionId(trigger.name)}
      role="option"
      aria-selected={trigger.name === chosen}
      className={reason === null ? 'libr' : 'libr off'}
      title={[trigger.name, reason ?? trigger.guideline ?? ''].filter((part) => part !== '').join('\n')}
      onClick={() => onChoose(trigger.name)}
    >
      <span className="clip">
        {trigger.name}
        {trigger.name === chosen && edited && <span className="dim"> {t('edited')}</span>}
      </span>
      {short === null ? <HitCount hits={trigger.hits} /> : <span className="why-not clip">{short}</span>}
    </div>
  );
}
