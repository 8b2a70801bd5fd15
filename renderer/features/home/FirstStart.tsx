import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { jobStore, showElsewhere } from '../../state/jobStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { RackScene } from './RackScene.tsx';

/** One sentence, the demo in three pictures, and the two ways to begin. */
export function FirstStart({
  onDemo,
  onOpen,
  onNew,
  making,
}: {
  readonly onDemo: () => void;
  readonly onOpen: () => void;
  readonly onNew: () => void;
  readonly making: boolean;
}) {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const name = t('app:jobs.demo');
  const job = useStore(jobStore, (state) => state.jobs.find((other) => other.name === name));
  useEffect(() => (making ? showElsewhere(name) : undefined), [making, name]);
  const keys = { demo: useShortcut('home.demo'), open: useShortcut('home.open'), new: useShortcut('home.new') };
  return (
    <div className="first">
      <h2 className="headline">{t('sentence')}</h2>
      <ol className="steps">
        {([1, 2, 3] as const).map((step) => (
          <li key={step} className="step">
            <div className="pic">
              <RackScene step={step} label={t(`steps.${step}.title`)} />
              {step === 2 && (
                <span className="fires pop">
                  <Icon name="trigger" small />
                  <b>bike_on_rack</b> <span className="dim">{t('fires')}</span> ioa 1.00
                </span>
              )}
              {step < 3 && (
                <span className="to" aria-hidden>
                  <Icon name="next" />
                </span>
              )}
            </div>
            <div className="cp">
              <span className="no">{step}</span>
              <span className="t">{t(`steps.${step}.title`)}</span>
              <span className="d">
                {step === 2 ? <span className="mono">bicycle &amp; car where ioa &gt; 0.6</span> : t(`steps.${step}.text`)}
              </span>
            </div>
          </li>
        ))}
      </ol>
      <div className="acts">
        <Button variant="primary" icon="demo" chord={keys.demo} onClick={onDemo} disabled={making}>
          {making ? t('making') : t('demo')}
        </Button>
        <Button icon="open" chord={keys.open} onClick={onOpen}>
          {t('openFolder')}
        </Button>
        <Button variant="ghost" icon="plus" chord={keys.new} onClick={onNew}>
          {t('new')}
        </Button>
        {job === undefined ? (
          <span className="dim">{t('demoNote')}</span>
        ) : (
          <span className="row making">
            <ProgressBar name={job.name} done={job.progress?.done ?? 0} total={job.progress?.total ?? null} />
            <span className="dim nowrap">
              {job.progress === null
                ? ''
                : [
                    job.progress.total === null
                      ? ''
                      : `${formatCount(job.progress.done, language)} / ${formatCount(job.progress.total, language)}`,
                    t(`demoPhase.${job.progress.phase.split(' ')[0] ?? ''}`, { defaultValue: '' }),
                  ]
                    .filter((part) => part !== '')
                    .join(' · ')}
            </span>
            <Button variant="ghost" aria-label={fixedNames.cancel} onClick={job.cancel}>
              {t('cancel')}
            </Button>
          </span>
        )}
      </div>
    </div>
  );
}
