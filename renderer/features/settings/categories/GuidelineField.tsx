import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category } from '../../../../shared/domain/category.ts';
import type { BoxId, DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { categoryColor } from '../../../lib/categoryColors.ts';
import { cropAround } from '../../../lib/cropAround.ts';
import { mediaUrl } from '../../../lib/mediaUrl.ts';
import { useResource } from '../../../lib/useResource.ts';
import { IconButton } from '../../../ui/Button.tsx';
import { FrameCrop } from '../../../ui/FrameCrop.tsx';

interface Props {
  readonly dataset: DatasetId;
  readonly category: Category;
  readonly revision: number;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
  readonly onExamples: (boxes: readonly BoxId[]) => void;
}

/** What belongs to the category and what does not: words, and boxes that were chosen on the canvas. */
export function GuidelineField({ dataset, category, revision, disabled, onText, onExamples }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const { data } = useResource(`guideline ${dataset} ${category.id} ${revision}`, () =>
    api.categories.guideline({ dataset, category: category.id }),
  );
  const saved = data?.text ?? '';
  const [text, setText] = useState(saved);
  useEffect(() => setText(saved), [saved]);
  const boxes = data?.boxes ?? [];
  return (
    <div className="col gap8">
      <textarea
        className="input area"
        rows={4}
        maxLength={4096}
        aria-label={t('categories.guidelineOf', { name: category.name })}
        placeholder={t('categories.guidelinePlaceholder')}
        value={text}
        disabled={disabled || data === null}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== saved && onText(text.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(saved);
        }}
      />
      {boxes.length === 0 ? (
        <p className="dimmer small">{t('categories.examplesHow')}</p>
      ) : (
        <ul className="examples" aria-label={t('categories.examples')}>
          {boxes.map((box) => (
            <li key={box.id}>
              <FrameCrop
                src={mediaUrl(dataset, box.frame, 'thumb-512')}
                frame={box.size}
                crop={cropAround(box.size, box.bbox, 4 / 3, 0.3)}
                boxes={[{ bbox: box.bbox, color: categoryColor(category) }]}
                label={t('categories.example', { frame: box.name })}
              />
              {!disabled && (
                <IconButton
                  small
                  variant="plain"
                  icon="close"
                  label={t('categories.removeExample', { frame: box.name })}
                  onClick={() => onExamples(boxes.filter(({ id }) => id !== box.id).map(({ id }) => id))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
