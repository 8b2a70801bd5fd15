import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category } from '../../../../shared/domain/category.ts';
import { categoryColor, categoryColors } from '../../../lib/categoryColors.ts';
import { Button } from '../../../ui/Button.tsx';

interface Props {
  readonly category: Category;
  readonly disabled: boolean;
  readonly onChange: (color: string | null) => void;
}

const perRow = 10;

/** The 20 colours that stay apart for everybody, one of one's own, or the one of its place. */
export function ColorField({ category, disabled, onChange }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const color = categoryColor(category);
  const [own, setOwn] = useState(color);
  useEffect(() => setOwn(color), [color]);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key] ?? 0;
    const swatches = [...event.currentTarget.querySelectorAll('button')];
    const next = swatches[swatches.indexOf(document.activeElement as HTMLButtonElement) + by];
    if (by === 0 || !next) return;
    event.preventDefault();
    next.focus();
  };
  const focusable = Math.max(
    categoryColors.findIndex((value) => value === color),
    0,
  );
  return (
    <div className="color-field">
      <div className="swatches" role="radiogroup" aria-label={t('colorOf', { name: category.name })} onKeyDown={onKeyDown}>
        {categoryColors.map((value, i) => (
          <button
            key={value}
            type="button"
            role="radio"
            aria-checked={value === color}
            aria-label={t('categories.colorN', { n: i + 1, hex: value })}
            tabIndex={i === focusable ? 0 : -1}
            className="swatch"
            style={{ background: value }}
            disabled={disabled}
            onClick={() => onChange(value)}
          />
        ))}
      </div>
      <span className="row gap8">
        <input
          type="color"
          className="color"
          aria-label={t('categories.ownColor', { name: category.name })}
          value={own}
          disabled={disabled}
          onChange={(event) => setOwn(event.target.value)}
          onBlur={() => own !== color && onChange(own)}
        />
        <span className="dim">{color}</span>
        <span className="right" />
        <Button small variant="ghost" icon="undo" disabled={disabled || category.color === null} onClick={() => onChange(null)}>
          {t('categories.presetColor')}
        </Button>
      </span>
    </div>
  );
}
