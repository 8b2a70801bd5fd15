import { type KeyboardEvent, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../api/api.ts';
import { useResource } from '../lib/useResource.ts';
import { modalOpened } from '../state/overlayStore.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { SkeletonRows } from '../ui/Skeleton.tsx';
import { type PathRequest, pickerStore } from './choosePath.ts';
import './picker.css';

/** Mounted once by the app; opens when `choosePath` asks. */
export function FilePickerHost() {
  const asked = useStore(pickerStore, (state) => state.asked);
  // The question belonged to the view that asked it.
  useEffect(() => {
    if (asked === null) return undefined;
    const leave = (): void => asked.answer(null);
    window.addEventListener('hashchange', leave);
    return () => window.removeEventListener('hashchange', leave);
  }, [asked]);
  if (asked === null) return null;
  return <FilePicker request={asked.request} onAnswer={asked.answer} />;
}

function FilePicker({ request, onAnswer }: { readonly request: PathRequest; readonly onAnswer: (path: string | null) => void }) {
  const { t } = useTranslation();
  const [path, setPath] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  // -1: the folder itself.
  const [active, setActive] = useState(-1);
  const [name, setName] = useState(request.name ?? '');
  const extensions = request.extensions?.join(',');
  const folder = useResource(`${path ?? ''} ${extensions ?? ''}`, () =>
    api.host.listDir({
      ...(path === null ? {} : { path }),
      ...(request.extensions === undefined ? {} : { extensions: [...request.extensions] }),
    }),
  );
  const here = folder.data?.path ?? '';
  const parent = folder.data?.parent ?? null;
  const entries = (folder.data?.entries ?? []).filter((entry) => request.kind === 'file' || entry.kind === 'folder');
  const go = (to: string): void => {
    setPath(to);
    setTyped(null);
    setActive(-1);
  };
  const entry = entries[active];
  const inHere = (name: string): string => `${here.replace(/[/\\]$/, '')}/${name}`;
  const chosen = chosenPath();
  function chosenPath(): string | null {
    if (request.kind === 'save') return name.trim() === '' || here === '' ? null : inHere(name.trim());
    if (request.kind === 'file') return entry?.kind === 'file' ? entry.path : null;
    return entry?.path ?? (here === '' ? null : here);
  }
  const enter = (index: number): void => {
    const entry = entries[index];
    if (entry === undefined) return;
    if (entry.kind === 'folder') go(entry.path);
    else onAnswer(entry.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((i) => Math.min(entries.length - 1, i + 1));
    else if (event.key === 'ArrowUp') setActive((i) => Math.max(0, i - 1));
    else if (event.key === 'Enter') enter(active);
    else if (event.key === 'Backspace' && parent !== null) go(parent);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      title={request.title}
      open
      onClose={() => onAnswer(null)}
      onOpened={modalOpened}
      footer={
        <>
          <span className="clip dim grow" title={chosen ?? ''}>
            {chosen ?? ''}
          </span>
          <Button variant="ghost" onClick={() => onAnswer(null)}>
            {t('picker.cancel')}
          </Button>
          <Button variant="primary" disabled={chosen === null} onClick={() => onAnswer(chosen)}>
            {request.kind === 'file'
              ? t('picker.chooseFile')
              : request.kind === 'save'
                ? t('picker.save')
                : entry === undefined
                  ? t('picker.choose')
                  : t('picker.chooseNamed', { name: entry.name })}
          </Button>
        </>
      }
    >
      <div className="picker-path">
        <IconButton
          label={t('picker.up')}
          icon="up"
          disabled={parent === null}
          chord="Backspace"
          onClick={() => parent !== null && go(parent)}
        />
        <form
          className="input grow"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== null && typed.trim() !== '') go(typed.trim());
          }}
        >
          <input
            className="mono"
            aria-label={t('picker.path')}
            value={typed ?? here}
            onChange={(event) => setTyped(event.target.value)}
            spellCheck={false}
          />
        </form>
      </div>
      <div
        className="picker-list scroll"
        role="listbox"
        aria-label={t('picker.entries')}
        tabIndex={0}
        data-autofocus
        aria-activedescendant={active >= 0 && entries.length > 0 ? `entry-${active}` : undefined}
        onKeyDown={onKeyDown}
      >
        {folder.problem !== null && (
          <p className="picker-note danger" role="alert">
            {folder.problem.message}
          </p>
        )}
        {folder.loading && folder.data === null && <SkeletonRows rows={8} label={t('picker.loading')} />}
        {folder.data !== null && folder.problem === null && entries.length === 0 && <p className="picker-note dim">{t('picker.empty')}</p>}
        {entries.map((entry, i) => (
          <div
            key={entry.path}
            id={`entry-${i}`}
            role="option"
            aria-selected={i === active}
            className="row-item"
            onClick={() => setActive(i)}
            onDoubleClick={() => enter(i)}
          >
            <Icon name={entry.isDataset ? 'logo' : entry.kind === 'folder' ? 'folder' : 'import'} small />
            <span className="clip">{entry.name}</span>
            {entry.isDataset && <span className="chip right">{t('picker.dataset')}</span>}
            {entry.kind === 'folder' && (
              <span
                className={entry.isDataset ? 'btn ghost small icon' : 'btn ghost small icon right'}
                aria-hidden
                onClick={() => enter(i)}
              >
                <Icon name="next" small />
              </span>
            )}
          </div>
        ))}
      </div>
      {request.kind === 'save' && (
        <div className="picker-path">
          <label className="field grow">
            <span>{t('picker.newFolder')}</span>
            <span className="input">
              <input value={name} onChange={(event) => setName(event.target.value)} />
            </span>
          </label>
        </div>
      )}
    </Dialog>
  );
}
