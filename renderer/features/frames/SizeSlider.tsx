import { Grid3x3, Square } from 'lucide-react';
import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';

/** The four sizes of a thumbnail. */
export function SizeSlider({
  value,
  max,
  onChange,
}: {
  readonly value: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}) {
  const { t } = useTranslation('frames');
  return (
    <span className="size">
      <Grid3x3 className="i s" aria-hidden />
      <Slider.Root
        className="stops"
        min={0}
        max={max}
        step={1}
        value={[value]}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Slider.Track className="stops-track">
          <Slider.Range className="stops-range" />
        </Slider.Track>
        <Slider.Thumb className="stops-thumb" aria-label={t('size')} aria-valuetext={t('sizeOf', { value: value + 1, max: max + 1 })} />
      </Slider.Root>
      <Square className="i s" aria-hidden />
    </span>
  );
}
