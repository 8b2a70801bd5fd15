import { Fragment, type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { FrameRow } from '../../../shared/contract/frames.ts';
import type { VersionDiff } from '../../../shared/contract/versions.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { iou } from '../../../shared/geometry/box.ts';
import { api } from '../../api/api.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { cropAround } from '../../lib/cropAround.ts';
import { union } from '../../lib/cropWindow.ts';
import { formatCount } from '../../lib/format.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { navigate } from '../../state/addressStore.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { FrameCrop, type CropBox } from '../../ui/FrameCrop.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

type Entry = NonNullable<VersionDiff['list']>[number];
const kinds = ['added', 'removed', 'moved', 'relabelled'] as const;
const shown = 5;
const listLimit = 5_000;
const aspect = 104 / 88;

/** What is in a version that was not in another, box by box, with pictures. */
export function DiffSection({
  summary,
  base,
  version,
}: {
  readonly summary: DatasetSummary;
  readonly base: string;
  readonly version: string;
}): ReactElement {
  const { t } = useTranslation('versions');
  const language = useLanguage();
  const diff = useResource(`${summary.id} ${base} ${version}`, (signal) =>
    api.versions.diff({ dataset: summary.id, a: base, b: version, list: true, limit: listLimit }, { signal }),
  );
  const categories = useMemo(() => new Map(summary.categories.map((category) => [category.name, category])), [summary.categories]);
  if (diff.data === null) {
    return diff.problem === null ? (
      <SkeletonRows rows={6} label={t('diff.loading')} />
    ) : (
      <ErrorState message={diff.problem.message} details={diff.problem.details} onRetry={diff.reload} />
    );
  }
  const { frames, boxes, splitMoves, list = [] } = diff.data;
  const count = (value: number): string => formatCount(value, language);
  const nothing = frames.added + frames.removed + boxes.added + boxes.removed + boxes.moved + boxes.relabelled + splitMoves === 0;
  return (
    <>
      <p className="dim">
        {nothing
          ? t('diff.none')
          : t('diff.counts', {
              framesAdded: count(frames.added),
              framesRemoved: count(frames.removed),
              added: count(boxes.added),
              removed: count(boxes.removed),
            })}
        {splitMoves > 0 && ` · ${t('diff.splitMoves', { count: splitMoves })}`}
      </p>
      {kinds
        .filter((kind) => boxes[kind] > 0)
        .map((kind) => (
          <Kind
            key={kind}
            kind={kind}
            total={boxes[kind]}
            entries={list.filter((entry) => entry.kind === kind)}
            summary={summary}
            categories={categories}
          />
        ))}
    </>
  );
}

/** A category, or the two of a box that was relabelled, each with its colour. */
function Categories({
  names,
  categories,
}: {
  readonly names: readonly string[];
  readonly categories: ReadonlyMap<string, Category>;
}): ReactElement {
  return (
    <>
      {names.map((name, i) => (
        <Fragment key={i}>
          {i > 0 && <span className="dimmer">→</span>}
          <span className="sw" style={{ background: colorOf(categories, name) }} />
          <span className="clip" title={name}>
            {name}
          </span>
        </Fragment>
      ))}
    </>
  );
}

interface KindProps {
  readonly kind: (typeof kinds)[number];
  readonly total: number;
  readonly entries: readonly Entry[];
  readonly summary: DatasetSummary;
  readonly categories: ReadonlyMap<string, Category>;
}

function Kind({ kind, total, entries, summary, categories }: KindProps): ReactElement {
  const { t } = useTranslation('versions');
  const language = useLanguage();
  const picked = useMemo(() => spread(entries, shown), [entries]);
  const counts = countsOf(kind, entries);
  return (
    <div className="diff-kind">
      <div>
        <h4>
          {t(`diff.${kind}`)} <span className="right">{formatCount(total, language)}</span>
        </h4>
        <ul className="diff-categories" data-few={counts.length <= 4 || kind === 'relabelled' ? '' : undefined}>
          {counts.map(([name, frames]) => (
            <li key={name}>
              <Categories names={name.split(' → ')} categories={categories} />
              <span className="right">{formatCount(frames, language)}</span>
            </li>
          ))}
        </ul>
      </div>
      <div className="diff-strip">
        {picked.map((entry) => (
          <DiffCrop key={`${entry.frame} ${entry.box}`} entry={entry} dataset={summary.id} categories={categories} />
        ))}
      </div>
    </div>
  );
}

function DiffCrop({
  entry,
  dataset,
  categories,
}: {
  readonly entry: Entry;
  readonly dataset: DatasetSummary['id'];
  readonly categories: ReadonlyMap<string, Category>;
}): ReactElement {
  const { t } = useTranslation('versions');
  // A frame that left the dataset since has no picture; its place stays empty.
  const frame = useResource<FrameRow>(`${dataset} ${entry.frame}`, () => api.frames.byName({ dataset, name: entry.frame }));
  const { before, after } = entry;
  const boxes: CropBox[] = [];
  if (before) boxes.push({ bbox: before.bbox, color: after ? '#ffffff' : colorOf(categories, before.category), dashed: true });
  if (after) boxes.push({ bbox: after.bbox, color: colorOf(categories, after.category) });
  const around = union(boxes.map(({ bbox }) => bbox));
  const caption =
    entry.kind === 'moved' && before && after
      ? `IoU ${iou(before.bbox, after.bbox).toFixed(2)}`
      : entry.kind === 'relabelled' && before && after
        ? `${before.category} → ${after.category}`
        : (after ?? before)?.category;
  return (
    <button
      type="button"
      className="diff-crop"
      title={entry.frame}
      onClick={() => navigate({ view: 'label', dataset, params: { frame: entry.frame } })}
      aria-label={`${t(`diff.${entry.kind}`)}, ${caption ?? ''}, ${entry.frame}`}
    >
      {frame.data !== null && around !== null ? (
        <FrameCrop
          src={mediaUrl(dataset, frame.data.id, 'thumb-512')}
          frame={frame.data}
          crop={cropAround(frame.data, around, aspect)}
          boxes={boxes}
        />
      ) : (
        <span className="crop" />
      )}
      <span className="diff-caption small dim">
        {entry.kind === 'relabelled' && before && after ? (
          <>
            <span className="sw" style={{ background: colorOf(categories, before.category) }} />→
            <span className="sw" style={{ background: colorOf(categories, after.category) }} />
            <span className="clip">{after.category}</span>
          </>
        ) : (
          <span className="clip">{caption}</span>
        )}
      </span>
    </button>
  );
}

const colorOf = (categories: ReadonlyMap<string, Category>, name: string | undefined): string => {
  const category = categories.get(name ?? '');
  return category ? categoryColor(category) : '#9aa4b2';
};

/** Counts by category; for relabelled boxes by the pair of categories. Largest first. */
function countsOf(kind: Entry['kind'], entries: readonly Entry[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { before, after } of entries) {
    const name = kind === 'relabelled' ? `${before?.category ?? ''} → ${after?.category ?? ''}` : ((after ?? before)?.category ?? '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 8);
}

/** So many entries from all over the list, on different frames where there are enough. */
function spread(entries: readonly Entry[], count: number): readonly Entry[] {
  const perFrame = [...new Map(entries.map((entry) => [entry.frame, entry])).values()];
  const from = perFrame.length >= count ? perFrame : entries;
  const step = Math.max(from.length / count, 1);
  return Array.from({ length: Math.min(count, from.length) }, (_, i) => from[Math.floor(i * step)]).filter((entry) => entry !== undefined);
}
