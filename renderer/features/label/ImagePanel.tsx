import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { channels, isNeutral, neutral, type Adjustments } from '../../canvas/model/adjustments.ts';
import { percentUnit } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { RangeInput } from '../../ui/RangeInput.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import type { SeenImage } from './useSeenImage.ts';
import { crosshairModes, crosshairStyles, setAdjustments, setViewOption, useAdjustments, useViewOptions } from './viewOptions.ts';
import { togglePanel } from './viewStore.ts';

const sliders = [
  { name: 'brightness', min: -100, max: 100, step: 1 },
  { name: 'contrast', min: -100, max: 100, step: 1 },
  { name: 'gamma', min: 0.2, max: 4, step: 0.05 },
  { name: 'saturation', min: 0, max: 200, step: 1, unit: ' %' },
] as const;
const switches = ['autoLevels', 'clahe', 'invert'] as const;

/** How the image is shown: brightness and the like, for this dataset; aids to aim, for this person. */
export function ImagePanel({ dataset, seen }: { readonly dataset: string; readonly seen: SeenImage }): ReactElement {
  const { t } = useTranslation('canvas');
  const adjustments = useAdjustments(dataset);
  const options = useViewOptions();
  const set = (change: Partial<Adjustments>): void => setAdjustments(dataset, change);
  const window = adjustments.window ?? seen.window;
  return (
    <section className="pop view-panel scroll" aria-label={t('image.title')}>
      <header className="view-head">
        <h3>{t('image.title')}</h3>
        <span className="right" />
        <Button small variant="ghost" chord="Alt+0" disabled={isNeutral(adjustments)} onClick={() => set(neutral)}>
          {t('image.reset')}
        </Button>
        <IconButton small label={t('close')} icon="close" onClick={() => togglePanel('image')} />
      </header>
      {seen.deep && window !== null && (
        <>
          <Slider
            label={t('image.low')}
            value={window[0]}
            min={0}
            max={65_535}
            step={1}
            onChange={(low) => set({ window: [Math.min(low, window[1] - 1), window[1]] })}
          />
          <Slider
            label={t('image.high')}
            value={window[1]}
            min={0}
            max={65_535}
            step={1}
            onChange={(high) => set({ window: [window[0], Math.max(high, window[0] + 1)] })}
          />
        </>
      )}
      {seen.deep && window === null && (
        <Button small onClick={() => set({ window: [0, 65_535] })}>
          {t('image.setWindow')}
        </Button>
      )}
      {sliders.map(({ name, ...range }) => (
        <Slider key={name} label={t(`image.${name}`)} value={adjustments[name]} {...range} onChange={(value) => set({ [name]: value })} />
      ))}
      <div className="view-row">
        <span className="dim">{t('image.channel')}</span>
        <span className="right" />
        <Segmented
          label={t('image.channel')}
          value={adjustments.channel}
          choices={channels.map((value) => ({ value, label: t(`image.channels.${value}`) }))}
          onChange={(channel) => set({ channel })}
        />
      </div>
      {switches.map((name) => (
        <label key={name} className="view-row">
          <span className="dim">{t(`image.${name}`)}</span>
          <span className="right" />
          <Toggle label={t(`image.${name}`)} checked={adjustments[name]} onChange={(on) => set({ [name]: on })} />
        </label>
      ))}
      <h3 className="view-sub">{t('aids.title')}</h3>
      <div className="view-row">
        <span className="dim">{t('aids.crosshair')}</span>
        <span className="right" />
        <Segmented
          label={t('aids.crosshair')}
          value={options.crosshair}
          choices={crosshairModes.map((value) => ({ value, label: t(`aids.crosshairs.${value}`) }))}
          onChange={(value) => setViewOption('crosshair', value)}
        />
      </div>
      <div className="view-row">
        <span className="dim">{t('aids.style')}</span>
        <span className="right" />
        <Segmented
          label={t('aids.style')}
          value={options.crosshairStyle}
          choices={crosshairStyles.map((value) => ({ value, label: t(`aids.styles.${value}`) }))}
          onChange={(value) => setViewOption('crosshairStyle', value)}
        />
      </div>
      <label className="view-row">
        <span className="dim">{t('aids.pixelGrid')}</span>
        <span className="right" />
        <Toggle label={t('aids.pixelGrid')} checked={options.pixelGrid} onChange={(on) => setViewOption('pixelGrid', on)} />
      </label>
      <label className="view-row">
        <span className="dim">{t('aids.minimap')}</span>
        <span className="right" />
        <Toggle label={t('aids.minimap')} checked={options.minimap} onChange={(on) => setViewOption('minimap', on)} />
      </label>
      <p className="dimmer small">{t('aids.magnifier', { key: 'P' })}</p>
    </section>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: ' px' | ' %';
  readonly onChange: (value: number) => void;
}

export function Slider({ unit, ...range }: SliderProps): ReactElement {
  const language = useLanguage();
  const { label, value, step } = range;
  return (
    <label className="view-row view-slider">
      <span className="dim clip">{label}</span>
      <RangeInput {...range} />
      <span className="view-value">
        {value.toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0)}
        {unit === ' %' ? percentUnit(language) : unit}
      </span>
    </label>
  );
}
