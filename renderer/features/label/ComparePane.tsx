import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Annotation, Prediction } from '../../../shared/domain/annotation.ts';
import type { FrameId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';
import { api } from '../../api/api.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { BoxLook } from '../../canvas/view/boxLook.ts';
import { PassiveCanvas } from '../../canvas/view/PassiveCanvas.tsx';
import { useResource } from '../../lib/useResource.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Select } from '../../ui/Select.tsx';
import type { LabelSession } from './labelSession.ts';
import type { SeenImage } from './useSeenImage.ts';
import { type Comparison, compareWith } from './viewStore.ts';

interface Props {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly compare: Comparison;
  readonly seen: SeenImage;
  readonly look: BoxLook;
  readonly themeKey: string;
}

interface Other {
  readonly name: string | null;
  readonly size: Size;
  readonly image: ImageBitmap | null;
  readonly boxes: readonly SceneBox[];
}

/** Boxes over those of the canvas must be told from them: one colour of their own. */
const overlayColor = '#ff5ad1';

/** The frame before, or another source's boxes of this frame, beside the canvas or over it; pan and zoom are one. */
export function ComparePane({ session, summary, compare, seen, look, themeKey }: Props): ReactElement {
  const { t } = useTranslation('canvas');
  const other = useOther(session, compare);
  const runs = useResource(`compare runs ${summary.id}`, () => api.models.runs({ dataset: summary.id }));
  const overlay = compare.mode === 'overlay';
  const shownLook = useMemo<BoxLook>(
    () => (overlay ? { ...look, colorOf: () => overlayColor, fill: 0, opacity: 1, tags: 'none' } : look),
    [look, overlay],
  );
  const choices = [
    { value: 'previous', label: t('compare.previous') },
    { value: 'gt', label: t('compare.labels') },
    ...(runs.data ?? []).map(({ name }) => ({ value: name, label: name })),
  ];
  const missing = other.data === null ? other.problem?.message : other.data.name === null ? t('compare.noPrevious') : null;
  return (
    <div className="compare" data-mode={compare.mode}>
      <PassiveCanvas
        viewport={session.viewport}
        image={overlay || !other.data ? null : compare.with === 'previous' ? other.data.image : seen.image}
        imageSize={other.data?.size ?? null}
        boxes={other.data?.boxes ?? noBoxes}
        look={shownLook}
        themeKey={themeKey}
        label={t('compare.picture')}
        steers={!overlay}
      />
      <div className="pop compare-bar" role="group" aria-label={t('compare.title')}>
        {overlay && <span className="sw" style={{ background: overlayColor }} />}
        <Select
          label={t('compare.with')}
          value={compare.with}
          choices={choices}
          onChange={(value) => compareWith({ ...compare, with: value })}
        />
        <span className="dimmer small">{missing ?? t('compare.count', { count: other.data?.boxes.length ?? 0 })}</span>
        <Segmented
          label={t('compare.mode')}
          value={compare.mode}
          choices={[
            { value: 'side', label: t('compare.side') },
            { value: 'overlay', label: t('compare.overlay') },
          ]}
          onChange={(mode) => compareWith({ ...compare, mode })}
        />
        <IconButton small label={t('compare.close')} icon="close" chord="Shift+K" onClick={() => compareWith(null)} />
      </div>
    </div>
  );
}

const noBoxes: readonly SceneBox[] = [];

function useOther(session: LabelSession, compare: Comparison) {
  const { dataset, editor } = session;
  const row = useStore(session.store, (state) => state.row);
  const place = useStore(session.store, (state) => state.place);
  const threshold = useStore(editor.store, (state) => state.scoreThreshold);
  const revision = useStore(editor.store, (state) => (compare.with === 'gt' ? state.revision : 0));
  const key = row === null ? null : `compare ${dataset} ${row.id} ${place} ${compare.with} ${threshold} ${revision}`;
  return useResource<Other>(key, async () => {
    const here = { width: row?.width ?? 1, height: row?.height ?? 1 };
    if (row === null) return { name: null, size: here, image: null, boxes: noBoxes };
    if (compare.with !== 'previous') {
      const run = compare.with === 'gt' ? null : compare.with;
      const content = await api.annotations.load({ dataset, frame: row.id, ...(run === null ? {} : { sources: [run] }) });
      const boxes =
        run === null
          ? content.annotations.map(sceneBoxOf)
          : content.predictions.flatMap(({ boxes: predicted }) =>
              predicted.filter(({ score }) => score >= threshold).map(sceneBoxOfPrediction),
            );
      return { name: row.name, size: here, image: null, boxes };
    }
    const id = frameOrder.getState().ids[place - 1] as FrameId | undefined;
    if (place < 1 || id === undefined) return { name: null, size: here, image: null, boxes: noBoxes };
    const [[before], content, image] = await Promise.all([
      api.frames.rows({ dataset, ids: Float64Array.of(id) }),
      api.annotations.load({ dataset, frame: id }),
      session.loadImage(id).catch(() => null),
    ]);
    return {
      name: before?.name ?? '',
      size: before ? { width: before.width, height: before.height } : here,
      image,
      boxes: content.annotations.map(sceneBoxOf),
    };
  });
}

const sceneBoxOf = (box: Annotation): SceneBox => ({
  id: box.id,
  category: box.category,
  bbox: box.bbox,
  angle: box.angle,
  score: box.provenance?.score ?? null,
  origin: box.origin,
  flags: box.flags,
  readOnly: true,
  track: box.track,
});

const sceneBoxOfPrediction = (box: Prediction): SceneBox => ({ ...box, angle: 0, origin: 'model', flags: [], readOnly: true });
