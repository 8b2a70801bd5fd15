import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { problemOf } from '../../lib/problem.ts';
import { notify } from '../../state/noticeStore.ts';
import { layoutNumber, setLayout, settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import type { LabelSession } from './labelSession.ts';
import { framesAhead, mostPropagatedFrames, propagate } from './propagate.ts';

const remembered = 'label.propagateFrames';

/** How many frames, which way, which boxes. It floats beside the canvas: the boxes stay in sight and can still be chosen. */
export function PropagatePanel({ session, onClose }: { readonly session: LabelSession; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('label');
  const { editor } = session;
  const selected = useStore(editor.store, (state) => state.annotations.filter((box) => state.selected.has(box.id)).length);
  const all = useStore(editor.store, (state) => state.annotations.length);
  const state = useStore(session.store);
  const [count, setCount] = useState(() => String(layoutNumber(settingsStore.getState().settings, remembered, 10)));
  const [direction, setDirection] = useState<'on' | 'back'>('on');
  const [which, setWhich] = useState<'selected' | 'all'>(selected > 0 ? 'selected' : 'all');
  const [skipExisting, setSkipExisting] = useState(true);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);

  const wanted = /^\d+$/.test(count.trim()) ? Number(count) : 0;
  const valid = wanted >= 1 && wanted <= mostPropagatedFrames;
  const way = direction === 'on' ? 1 : -1;
  const frames = state.row === null || !valid ? 0 : framesAhead(state.place, state.row.id, wanted, way).length;
  const boxes = which === 'all' ? all : selected;

  const run = (event: FormEvent): void => {
    event.preventDefault();
    if (busy || !valid || boxes === 0 || frames === 0) return;
    setBusy(true);
    setLayout(remembered, wanted);
    propagate(session, { frames: wanted, direction: way, which, skipExisting })
      .then(
        (done) => {
          if (done === null) return;
          notify({
            level: 'success',
            message: [
              t('propagate.done', { count: done.boxes, frames: t('propagate.inFrames', { count: done.frames }) }),
              ...(done.skipped > 0 ? [t('propagate.skipped', { count: done.skipped })] : []),
            ].join(' '),
            ...(done.boxes > 0 ? { action: { label: t('propagate.undo'), keys: 'Mod+Z', run: () => void editor.undo() } } : {}),
          });
          onClose();
        },
        (error: unknown) => {
          const problem = problemOf(error);
          if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
        },
      )
      .finally(() => setBusy(false));
  };

  return (
    <form
      className="pop propagate"
      aria-label={t('propagate.title')}
      onSubmit={run}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="row">
        <strong>{t('propagate.title')}</strong>
        <span className="right" />
        <IconButton label={t('app:close')} icon="close" chord="Escape" small onClick={onClose} />
      </div>
      <div className="row gap8">
        <span className="dim propagate-label">{t('propagate.frames')}</span>
        <span className="input number propagate-count">
          <input
            ref={field}
            inputMode="numeric"
            aria-label={t('propagate.frames')}
            aria-invalid={!valid}
            value={count}
            onChange={(event) => setCount(event.target.value)}
          />
        </span>
        <Segmented
          label={t('propagate.direction')}
          value={direction}
          onChange={setDirection}
          choices={[
            { value: 'on', label: t('propagate.on') },
            { value: 'back', label: t('propagate.back') },
          ]}
        />
      </div>
      <div className="row gap8">
        <span className="dim propagate-label">{t('propagate.which')}</span>
        <Segmented
          label={t('propagate.which')}
          value={which}
          onChange={setWhich}
          choices={[
            { value: 'selected', label: t('propagate.selected', { count: selected }) },
            { value: 'all', label: t('propagate.all', { count: all }) },
          ]}
        />
      </div>
      <label className="row gap8">
        <Toggle label={t('propagate.skip')} checked={skipExisting} onChange={setSkipExisting} />
        <span>{t('propagate.skip')}</span>
      </label>
      <div className="row gap8">
        <span className={valid ? 'dim small' : 'danger small'}>
          {valid
            ? t('propagate.preview', { count: boxes, frames: t('propagate.toFrames', { count: frames }) })
            : t('propagate.range', { most: mostPropagatedFrames.toLocaleString() })}
        </span>
        <span className="right" />
        <Button small variant="primary" type="submit" chord="Enter" disabled={busy || !valid || boxes === 0 || frames === 0}>
          {t('propagate.run')}
        </Button>
      </div>
    </form>
  );
}
