import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelSummary } from '../../../shared/contract/models.ts';
import { formatBytes } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { providerLabel } from '../../state/hostStore.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';

interface Props {
  readonly model: ModelSummary;
  readonly best: number | null;
  readonly readOnly: boolean;
  readonly onRun: () => void;
  readonly onRemove: () => void;
}

export function ModelRow({ model, best, readOnly, onRun, onRemove }: Props): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const mapped =
    model.unmapped.length === 0
      ? t('categories', { count: model.categories.length })
      : t('categoriesMapped', { mapped: model.mapped, count: model.categories.length });
  return (
    <div className="model-row">
      <Icon name="box" />
      <div className="grow two-lines">
        <strong className="clip">{model.name}</strong>
        <span
          className="dim clip"
          title={[
            ...(model.unmapped.length > 0 ? [t('unmapped', { names: model.unmapped.join(', ') })] : []),
            `sha256 ${model.sha256}`,
          ].join('\n')}
        >
          {t(`families.${model.family}`, { defaultValue: model.family })} · {usualInput(model.input)} · {mapped} ·{' '}
          {formatBytes(model.bytes, language)}
          <span className="model-hash">
            {' '}
            · <span className="mono">{model.sha256.slice(0, 8)}</span>
          </span>
        </span>
      </div>
      <div className="two-lines number rate wide-only">
        <strong>
          {model.imagesPerSecond === null ? '–' : t('rate', { rate: model.imagesPerSecond.toFixed(model.imagesPerSecond < 10 ? 1 : 0) })}
        </strong>
        <span className="dim">{model.provider === null ? t('notRun') : providerLabel(model.provider)}</span>
      </div>
      <div className="two-lines number">
        <strong>{best === null ? '–' : best.toFixed(3)}</strong>
        <span className="dim">{best === null ? t('notMeasured') : t('ap')}</span>
      </div>
      <span className="model-acts">
        <IconButton label={t('run.model', { name: model.name })} icon="play" disabled={readOnly} onClick={onRun} />
        <IconButton label={t('remove', { name: model.name })} icon="delete" disabled={readOnly} onClick={onRemove} />
      </span>
    </div>
  );
}

/** Nearly every model takes float32: only another type is worth a word in the row. */
const usualInput = (input: string): string => input.replace(/ float32$/, '');
