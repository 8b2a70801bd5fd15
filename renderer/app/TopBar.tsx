import type { RefCallback } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../api/api.ts';
import { useResource } from '../lib/useResource.ts';
import { useShortcut } from '../lib/useShortcut.ts';
import { addressStore, navigate } from '../state/addressStore.ts';
import { runCommand } from '../state/commandStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { home } from '../lib/address.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';

export function TopBar({ middle, end }: { readonly middle: RefCallback<HTMLElement>; readonly end: RefCallback<HTMLElement> }) {
  const { t } = useTranslation();
  const address = useStore(addressStore, (state) => state.address);
  const chord = useShortcut('app.palette');
  return (
    <header className="bar">
      <span className="crumb">
        {address.dataset !== null && (
          <>
            <DatasetMenu />
            <Icon name="next" small />
          </>
        )}
        <h1 className="here">{t(`views.${address.view}`)}</h1>
      </span>
      <span className="slot grow" ref={middle} />
      <Button variant="ghost" icon="command" chord={chord} className="commands" onClick={() => runCommand('app.palette')}>
        <span className="wide">{t('bar.commands')}</span>
      </Button>
      <span className="slot" ref={end} />
    </header>
  );
}

function DatasetMenu() {
  const { t } = useTranslation();
  const { id, summary } = useStore(datasetStore);
  const list = useResource(`datasets ${id ?? ''}`, () => api.datasets.list({}));
  const others = (list.data ?? []).filter((card) => card.id !== id && card.reachable).slice(0, 8);
  const { view } = addressStore.getState().address;
  const entries: MenuEntry[] = [
    ...others.map((card) => ({
      id: card.id,
      label: card.name,
      icon: 'folder',
      onSelect: () =>
        navigate({
          view: view === 'home' || view === 'settings' ? 'frames' : view === 'label' ? 'frames' : view,
          dataset: card.id,
          params: {},
        }),
    })),
    { id: 'all', label: t('bar.allDatasets'), icon: 'home', separated: others.length > 0, onSelect: () => navigate(home) },
    { id: 'close', label: t('bar.close'), icon: 'close', onSelect: () => runCommand('app.closeDataset') },
  ];
  return (
    <Menu
      label={t('bar.datasetMenu')}
      entries={entries}
      {...(others.length > 0 ? { heading: t('bar.openOther') } : {})}
      trigger={
        <button type="button" className="crumb-btn" aria-label={`${t('bar.datasetMenu')}: ${summary?.name ?? ''}`}>
          <span className="clip">{summary?.name ?? '…'}</span>
          <Icon name="down" small />
        </button>
      }
    />
  );
}
