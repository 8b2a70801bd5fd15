import { Lock, LockOpen } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';

interface Props {
  readonly editor: Editor;
  readonly categories: ReadonlyMap<number, Category>;
  readonly onChoose: () => void;
}

/** What the next box will be while one draws, and whether that holds. */
export function DrawChip({ editor, categories, onChoose }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const drawing = useStore(editor.store, ({ tool }) => tool.tool === 'box' || tool.tool === 'extreme');
  const locked = useStore(editor.store, (state) => state.lockedCategory);
  const next = useStore(editor.store, (state) => state.nextCategory);
  const ignoring = useStore(editor.store, (state) => state.drawsIgnore);
  const id = locked ?? next;
  if (id === null || (!drawing && locked === null)) return null;
  const category = categories.get(id);
  const name = category?.name ?? `#${id}`;
  return (
    <div className="pop draw-chip" data-locked={locked !== null}>
      <button type="button" className="btn ghost small" onClick={onChoose}>
        <span className="sr-only">{t('inspector.nextCategory')}: </span>
        <span className="sw" style={{ background: categoryColor(category ?? { id }) }} />
        <span className="clip">{name}</span>
        {ignoring && <span className="dim nowrap">{t('tools.ignore')}</span>}
      </button>
      <Tooltip text={locked === null ? t('draw.lock', { category: name }) : t('draw.release', { category: name })} chord="Shift+E">
        <button
          type="button"
          className="btn icon ghost small"
          aria-label={locked === null ? t('draw.lock', { category: name }) : t('draw.release', { category: name })}
          aria-pressed={locked !== null}
          onClick={() => editor.lockCategory(id)}
        >
          {locked === null ? <LockOpen className="i s" aria-hidden /> : <Lock className="i s" aria-hidden />}
        </button>
      </Tooltip>
    </div>
  );
}
