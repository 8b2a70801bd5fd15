import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AttributeValue } from '../../../shared/domain/annotation.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { profileOf } from '../../lib/profiles.ts';
import { type BoxFilter, effective, openFilter } from '../../state/editor/boxFilter.ts';
import { sourceOf, sourceOfRun } from '../../state/editor/layers.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { Select } from '../../ui/Select.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Slider } from './ImagePanel.tsx';
import type { LabelSession } from './labelSession.ts';
import { namedColor, scoreColor, trackColor, unknownColor, useAuthors } from './useBoxLook.ts';
import { colorings, setViewOption, tagModes, useViewOptions } from './viewOptions.ts';
import { togglePanel } from './viewStore.ts';

interface Props {
  readonly session: LabelSession;
  readonly categories: ReadonlyMap<number, Category>;
}

const sliders = [
  { option: 'lineWidth', min: 0.5, max: 6, step: 0.5, unit: ' px' },
  { option: 'opacity', min: 10, max: 100, step: 5, unit: ' %' },
  { option: 'fill', min: 0, max: 80, step: 5, unit: ' %' },
] as const;

/** How boxes are drawn, and which of them: the filter leaves the list of frames alone. */
export function BoxesPanel({ session, categories }: Props): ReactElement {
  const { t } = useTranslation('canvas');
  const options = useViewOptions();
  return (
    <section className="pop view-panel scroll" aria-label={t('boxes.title')}>
      <header className="view-head">
        <h3>{t('boxes.title')}</h3>
        <span className="right" />
        <IconButton small label={t('close')} icon="close" onClick={() => togglePanel('boxes')} />
      </header>
      <div className="view-row">
        <span className="dim">{t('boxes.colorBy')}</span>
        <span className="right" />
        <Select
          label={t('boxes.colorBy')}
          value={options.colorBy}
          align="end"
          choices={colorings.map((value) => ({ value, label: t(`boxes.colors.${value}`) }))}
          onChange={(value) => setViewOption('colorBy', value)}
        />
      </div>
      <Legend session={session} categories={categories} />
      {sliders.map(({ option, ...range }) => (
        <Slider
          key={option}
          label={t(`boxes.${option}`)}
          value={options[option]}
          {...range}
          onChange={(value) => setViewOption(option, value)}
        />
      ))}
      <div className="view-row">
        <span className="dim">{t('boxes.tags')}</span>
        <span className="right" />
        <Segmented
          label={t('boxes.tags')}
          value={options.tags}
          choices={tagModes.map((value) => ({ value, label: t(`boxes.tagModes.${value}`) }))}
          onChange={(value) => setViewOption('tags', value)}
        />
      </div>
      <Filter session={session} categories={categories} />
    </section>
  );
}

/** What the colours mean where it is not the category. */
function Legend({ session, categories }: Props): ReactElement | null {
  const { t } = useTranslation('canvas');
  const { colorBy } = useViewOptions();
  const scene = useStore(session.editor.store, () => session.editor.scene());
  const authors = useAuthors(session, colorBy === 'author');
  const profiles = useStore(settingsStore, ({ settings }) => settings.profiles);
  const entries = useMemo<readonly (readonly [name: string, color: string])[]>(() => {
    const named = (names: Iterable<string>): readonly (readonly [string, string])[] =>
      [...new Set(names)].sort().map((name) => [name, namedColor(name)]);
    switch (colorBy) {
      case 'source':
        return named(scene.map((box) => box.source ?? box.origin));
      case 'author':
        return [...new Set(authors.values())].sort().map((name) => [name, profileOf(name, profiles).color] as const);
      case 'track': {
        const tracked = new Map(scene.flatMap((box) => (box.track === null || box.track === undefined ? [] : [[box.track, box.category]])));
        const named = [...tracked]
          .sort(([a], [b]) => a - b)
          .map(([track, category]) => [`${categories.get(category)?.name ?? `#${category}`} ${track}`, trackColor(track)] as const);
        return tracked.size > 0 && tracked.size < scene.length ? [...named, [t('boxes.noTrack'), unknownColor]] : named;
      }
      case 'score':
        return [0.1, 0.3, 0.5, 0.7, 0.9].map((score) => [`${(score - 0.1).toFixed(1)}–${(score + 0.1).toFixed(1)}`, scoreColor(score)]);
      default:
        return [];
    }
  }, [colorBy, scene, authors, profiles, categories, t]);
  if (entries.length === 0) return null;
  return (
    <ul className="view-legend" aria-label={t('boxes.legend')}>
      {entries.map(([name, color]) => (
        <li key={name}>
          <span className="sw" style={{ background: color }} />
          <span className="clip">{colorBy === 'source' ? sourceName(t, name) : name}</span>
        </li>
      ))}
    </ul>
  );
}

const ownSources = ['human', 'model', 'import'] as const;

function sourceName(t: (key: `filter.sources.${(typeof ownSources)[number]}`) => string, source: string): string {
  const own = ownSources.find((known) => known === source);
  return own === undefined ? source.replace(/^run:/, '') : t(`filter.sources.${own}`);
}

function Filter({ session, categories }: Props): ReactElement {
  const { t } = useTranslation('canvas');
  const { editor } = session;
  const filter = useStore(editor.store, (state) => state.boxFilter) ?? openFilter;
  const annotations = useStore(editor.store, (state) => state.annotations);
  const predictions = useStore(editor.store, (state) => state.predictions);
  const set = (change: Partial<BoxFilter>): void => editor.store.setState({ boxFilter: effective({ ...filter, ...change }) });
  const sources = useMemo(
    () => [...new Set([...annotations.map(sourceOf), ...predictions.map(({ source }) => sourceOfRun(source))])].sort(),
    [annotations, predictions],
  );
  const attributes = useMemo(() => attributeChoices(annotations.map((box) => box.attributes)), [annotations]);
  return (
    <>
      <h3 className="view-sub">
        {t('filter.title')}
        <span className="right" />
        <Button
          small
          variant="ghost"
          chord="Shift+A"
          disabled={effective(filter) === null}
          onClick={() => editor.store.setState({ boxFilter: null })}
        >
          {t('filter.clear')}
        </Button>
      </h3>
      <Slider label={t('filter.minScore')} value={filter.minScore} min={0} max={1} step={0.05} onChange={(minScore) => set({ minScore })} />
      <Slider label={t('filter.maxScore')} value={filter.maxScore} min={0} max={1} step={0.05} onChange={(maxScore) => set({ maxScore })} />
      <div className="view-row">
        <span className="dim">{t('filter.category')}</span>
        <span className="right" />
        <ManyOf
          label={t('filter.category')}
          all={t('filter.any')}
          chosen={filter.categories}
          entries={[...categories.values()].map((category) => ({
            value: category.id,
            label: category.name,
            color: categoryColor(category),
          }))}
          onChange={(chosen) => set({ categories: chosen })}
        />
      </div>
      <div className="view-row">
        <span className="dim">{t('filter.source')}</span>
        <span className="right" />
        <ManyOf
          label={t('filter.source')}
          all={t('filter.any')}
          chosen={filter.sources}
          entries={sources.map((value) => ({ value, label: sourceName(t, value) }))}
          onChange={(chosen) => set({ sources: chosen })}
        />
      </div>
      {attributes.length > 0 && (
        <div className="view-row">
          <span className="dim">{t('filter.attribute')}</span>
          <span className="right" />
          <Select
            label={t('filter.attribute')}
            align="end"
            value={filter.attribute === null ? '' : attributeKey(filter.attribute.key, filter.attribute.value)}
            choices={[{ value: '', label: t('filter.any') }, ...attributes.map(({ id, label }) => ({ value: id, label }))]}
            onChange={(id) => set({ attribute: attributes.find((choice) => choice.id === id) ?? null })}
          />
        </div>
      )}
      <div className="view-row">
        <span className="dim">{t('filter.size')}</span>
        <span className="right" />
        <SizeField label={t('filter.minSize')} value={filter.minSize} onChange={(minSize) => set({ minSize })} />
        <span className="dimmer">–</span>
        <SizeField label={t('filter.maxSize')} value={filter.maxSize} onChange={(maxSize) => set({ maxSize })} />
        <span className="dimmer">px</span>
      </div>
    </>
  );
}

const attributeKey = (key: string, value: AttributeValue | null): string => JSON.stringify([key, value]);

/** Attributes and values that occur on this frame. */
function attributeChoices(
  all: readonly { readonly [key: string]: AttributeValue }[],
): readonly { readonly id: string; readonly key: string; readonly value: AttributeValue | null; readonly label: string }[] {
  const found = new Map<string, { readonly id: string; readonly key: string; readonly value: AttributeValue; readonly label: string }>();
  for (const attributes of all) {
    for (const [key, value] of Object.entries(attributes)) {
      const id = attributeKey(key, value);
      found.set(id, { id, key, value, label: `${key}: ${String(value)}` });
    }
  }
  return [...found.values()].sort((a, b) => a.label.localeCompare(b.label));
}

function ManyOf<T extends string | number>({
  label,
  all,
  chosen,
  entries,
  onChange,
}: {
  readonly label: string;
  readonly all: string;
  readonly chosen: ReadonlySet<T>;
  readonly entries: readonly { readonly value: T; readonly label: string; readonly color?: string }[];
  readonly onChange: (chosen: ReadonlySet<T>) => void;
}): ReactElement {
  const names = entries.filter(({ value }) => chosen.has(value)).map((entry) => entry.label);
  return (
    <Menu
      label={label}
      align="end"
      trigger={
        <Button small variant="ghost" title={label} trailing={<Icon name="down" small />}>
          <span className="sr-only">{label}: </span>
          <span className="clip view-choice">{names.length === 0 ? all : names.join(', ')}</span>
        </Button>
      }
      entries={entries.map(({ value, label: name, color }) => ({
        id: String(value),
        label: name,
        checked: chosen.has(value),
        ...(color === undefined ? {} : { adornment: <span className="sw" style={{ background: color }} /> }),
        onSelect: () => {
          const next = new Set(chosen);
          if (!next.delete(value)) next.add(value);
          onChange(next);
        },
      }))}
    />
  );
}

function SizeField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}): ReactElement {
  return (
    <span className="input view-size">
      <input
        aria-label={label}
        inputMode="numeric"
        value={value ?? ''}
        onChange={(event) => {
          const typed = Number(event.target.value);
          onChange(event.target.value.trim() === '' || !Number.isFinite(typed) || typed < 0 ? null : typed);
        }}
      />
    </span>
  );
}
