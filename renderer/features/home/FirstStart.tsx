import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../lib/useShortcut.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
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
        <span className="dim">{t('demoNote')}</span>
      </div>
    </div>
  );
}
