import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ViewportControl } from '../../state/viewportStore.ts';
import { formatPercent } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';

export function ZoomControl({ viewport }: { readonly viewport: ViewportControl }): ReactElement {
  const { t } = useTranslation('label');
  const language = useLanguage();
  // A whole per cent: the number changes less often than the view.
  const percent = useStore(viewport.store, (state) => Math.round(state.viewport.scale * 100));
  return (
    <div className="pop zoom" role="group" aria-label={t('zoom.in')}>
      <IconButton label={t('zoom.out')} icon="minus" chord="Mod+-" small onClick={() => viewport.zoom(1 / 1.25)} />
      <Tooltip text={t('zoom.actual')} chord="Mod+0">
        <button type="button" className="btn ghost small zoom-value" onClick={() => viewport.actualSize()}>
          {formatPercent(percent, language)}
        </button>
      </Tooltip>
      <IconButton label={t('zoom.in')} icon="plus" chord="Mod+Plus" small onClick={() => viewport.zoom(1.25)} />
      <IconButton label={t('zoom.fit')} icon="fit" chord="Mod+F" small onClick={() => viewport.fit()} />
    </div>
  );
}
