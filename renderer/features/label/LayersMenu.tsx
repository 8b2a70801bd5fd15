import { Eye, EyeOff, Layers as LayersIcon, Lock, LockOpen, type LucideIcon } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import { origins } from '../../../shared/domain/annotation.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { sourceOfRun } from '../../state/editor/layers.ts';
import { Button } from '../../ui/Button.tsx';

interface Props {
  readonly editor: Editor;
  readonly categories: readonly Category[];
}

/** Hides and locks by category and by source. Both hold on every frame until they are taken back. */
export function LayersMenu({ editor, categories }: Props): ReactElement {
  const { t } = useTranslation('label');
  const state = useStore(editor.store);
  const counts = new Map<number, number>();
  for (const box of state.annotations) counts.set(box.category, (counts.get(box.category) ?? 0) + 1);
  const fromSource = (source: string): number => state.annotations.filter((box) => box.origin === source).length;
  const hidden = state.hidden.size + state.hiddenCategories.size + state.hiddenSources.size;
  const locked = state.locks.boxes.size + state.locks.categories.size + state.locks.sources.size;
  // Those of this frame first: with hundreds of categories the rest is looked for by its name.
  const sorted = [...categories].sort((a, b) => Math.sign(counts.get(b.id) ?? 0) - Math.sign(counts.get(a.id) ?? 0) || a.order - b.order);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={hidden + locked > 0 || state.allHidden ? 'btn icon ghost small on' : 'btn icon ghost small'}
          aria-label={t('layers.title')}
          title={t('layers.title')}
        >
          <LayersIcon className="i s" aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="pop menu layers" align="end" sideOffset={4} collisionPadding={8} aria-label={t('layers.title')}>
          <div className="row layers-head">
            <strong>{t('layers.title')}</strong>
            <span className="right" />
            <Button small variant="ghost" disabled={hidden === 0 && !state.allHidden} onClick={() => showAll(editor)}>
              {t('layers.showAll')}
            </Button>
            <Button
              small
              variant="ghost"
              disabled={locked === 0}
              onClick={() => editor.setLocks({ boxes: new Set(), categories: new Set(), sources: new Set() })}
            >
              {t('layers.unlockAll')}
            </Button>
          </div>
          <div className="scroll layers-list" role="group" aria-label={t('layers.title')}>
            {origins.map((origin) => (
              <Row
                key={origin}
                name={t(`layers.source.${origin}`)}
                count={fromSource(origin)}
                hidden={state.hiddenSources.has(origin)}
                locked={state.locks.sources.has(origin)}
                onHide={() => editor.toggleHiddenSource(origin)}
                onLock={() => editor.toggleLockedSource(origin)}
              />
            ))}
            {state.predictions.map(({ source, boxes }) => (
              <Row
                key={source}
                name={source}
                count={boxes.length}
                hidden={state.hiddenSources.has(sourceOfRun(source))}
                onHide={() => editor.toggleHiddenSource(sourceOfRun(source))}
              />
            ))}
            <div className="menu-sep" />
            {sorted.map((category) => (
              <Row
                key={category.id}
                name={category.name}
                color={categoryColor(category)}
                count={counts.get(category.id) ?? 0}
                hidden={state.hiddenCategories.has(category.id)}
                locked={state.locks.categories.has(category.id)}
                onHide={() => editor.toggleHiddenCategories([category.id])}
                onLock={() => editor.toggleLockedCategories([category.id])}
              />
            ))}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function showAll(editor: Editor): void {
  editor.store.setState({ hidden: new Set(), hiddenCategories: new Set(), hiddenSources: new Set(), allHidden: false });
}

interface RowProps {
  readonly name: string;
  readonly count: number;
  readonly color?: string;
  readonly hidden: boolean;
  readonly locked?: boolean;
  readonly onHide: () => void;
  readonly onLock?: () => void;
}

function Row({ name, count, color, hidden, locked = false, onHide, onLock }: RowProps): ReactElement {
  const { t } = useTranslation('label');
  return (
    <div className="layers-row">
      {color !== undefined && <span className="sw" style={{ background: color }} />}
      <span className={count === 0 ? 'clip dimmer' : 'clip'}>{name}</span>
      <span className="right dimmer">{count === 0 ? '' : count}</span>
      <Switch label={t('layers.hide', { name })} on={hidden} icons={[Eye, EyeOff]} onClick={onHide} />
      {onLock === undefined ? (
        <span className="layers-gap" />
      ) : (
        <Switch label={t('layers.lock', { name })} on={locked} icons={[LockOpen, Lock]} onClick={onLock} />
      )}
    </div>
  );
}

function Switch({
  label,
  on,
  icons,
  onClick,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly icons: readonly [off: LucideIcon, on: LucideIcon];
  readonly onClick: () => void;
}): ReactElement {
  const Drawn = icons[on ? 1 : 0];
  return (
    <button
      type="button"
      className={on ? 'btn icon ghost small on' : 'btn icon ghost small'}
      aria-label={label}
      aria-pressed={on}
      title={label}
      onClick={onClick}
    >
      <Drawn className="i s" aria-hidden />
    </button>
  );
}
