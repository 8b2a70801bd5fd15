import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BoxChange, BoxSnapshot } from '../../../shared/review/boxChange.ts';
import type { Viewport } from '../../canvas/model/viewport.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';

interface Props {
  readonly changes: readonly BoxChange[];
  readonly viewport: ViewportControl;
  readonly categoryName: (id: number) => string;
}

/** What is different, over the boxes: as it was dashed, what is new outlined; each with a word, so that colour is not all there is. */
export function DiffOverlay({ changes, viewport, categoryName }: Props): ReactElement | null {
  const { t } = useTranslation('review');
  const view = useStore(viewport.store, (state) => state.viewport);
  if (changes.length === 0) return null;
  return (
    <svg className="diff" aria-hidden>
      {changes.map(({ box, kinds, before, after }) => {
        const moved = kinds.includes('moved') || after === null;
        const words = [
          kinds.includes('added') && t('diff.added'),
          kinds.includes('removed') && t('diff.removed'),
          kinds.includes('relabelled') && before && t('diff.was', { category: categoryName(before.category) }),
          kinds.includes('changed') && t('diff.changed'),
        ].filter((word) => typeof word === 'string');
        return (
          <g key={box}>
            {before && moved && (
              <Outline
                box={before}
                view={view}
                kind={after === null ? 'removed' : 'before'}
                text={after === null ? words.join(', ') : t('diff.before')}
              />
            )}
            {after && (
              <Outline
                box={after}
                view={view}
                kind={before === null ? 'added' : 'after'}
                text={before === null || words.length > 0 ? words.join(', ') : t('diff.now')}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Outline({
  box,
  view,
  kind,
  text,
}: {
  readonly box: BoxSnapshot;
  readonly view: Viewport;
  readonly kind: 'before' | 'removed' | 'added' | 'after';
  readonly text: string;
}): ReactElement {
  const [x, y, w, h] = box.bbox;
  const pad = kind === 'added' || kind === 'after' ? 3 : 0;
  const left = view.x + x * view.scale - pad;
  const top = view.y + y * view.scale - pad;
  const width = w * view.scale + 2 * pad;
  const height = h * view.scale + 2 * pad;
  const turn = box.angle === 0 ? undefined : `rotate(${box.angle} ${left + width / 2} ${top + height / 2})`;
  return (
    <g className={`diff-${kind}`}>
      <g transform={turn}>
        <rect x={left} y={top} width={width} height={height} />
        {kind === 'removed' && <path d={`M${left} ${top}l${width} ${height}M${left + width} ${top}l${-width} ${height}`} />}
      </g>
      {/* At the right: the tag of the box stands at its left. */}
      <text x={left + width - 2} textAnchor="end" y={kind === 'before' ? Math.max(top - 5, 12) : top + height + 13}>
        {text}
      </text>
    </g>
  );
}
