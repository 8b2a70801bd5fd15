import { type DragEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import { desktop } from '../../api/connect.ts';
import { BarMiddle } from '../../lib/barSlots.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useResource } from '../../lib/useResource.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { choosePath } from '../../platform/choosePath.ts';
import { addressStore, navigate, setParams } from '../../state/addressStore.ts';
import { runCommand } from '../../state/commandStore.ts';
import { runJob } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { setLayout, settingsStore } from '../../state/settingsStore.ts';
import type { DatasetCard as Card } from '../../../shared/contract/datasets.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { Select } from '../../ui/Select.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { DatasetCard, menuId } from './DatasetCard.tsx';
import { FirstStart } from './FirstStart.tsx';
import { ImportPanel } from './ImportPanel.tsx';
import { NewPanel } from './NewPanel.tsx';
import './home.css';

const orders = ['edit', 'name', 'frames', 'hits'] as const;
type Order = (typeof orders)[number];

function sorted(cards: readonly Card[], order: Order): readonly Card[] {
  const by: { readonly [O in Order]: (a: Card, b: Card) => number } = {
    edit: (a, b) => (b.lastEdit ?? '').localeCompare(a.lastEdit ?? ''),
    name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
    frames: (a, b) => b.frames - a.frames,
    hits: (a, b) => (b.openHits ?? -1) - (a.openHits ?? -1),
  };
  // What cannot be reached stands last, whatever the order.
  return [...cards].sort((a, b) => Number(b.reachable) - Number(a.reachable) || by[order](a, b));
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
}

export function HomeView() {
  const { t } = useTranslation('home');
  const { params } = useStore(addressStore, (state) => state.address);
  const stored = useStore(settingsStore, (state) => state.settings.layout['home.order']);
  const order = orders.find((name) => name === stored) ?? 'edit';
  const cards = useResource('cards', () => api.datasets.list({}));
  const [find, setFind] = useState('');
  const [over, setOver] = useState(false);
  const [making, setMaking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { reload } = cards;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = api.datasets.changed(() => {
      clearTimeout(timer);
      timer = setTimeout(reload, 300);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [reload]);

  const list = useMemo(
    () =>
      sorted(
        (cards.data ?? []).filter((card) => card.name.toLowerCase().includes(find.trim().toLowerCase())),
        order,
      ),
    [cards.data, find, order],
  );
  const keys = {
    new: useShortcut('home.new'),
    open: useShortcut('home.open'),
    import: useShortcut('home.import'),
    demo: useShortcut('home.demo'),
    find: useShortcut('home.find'),
  };

  const openPath = async (path: string): Promise<void> => {
    const summary = await api.datasets.open({ path });
    navigate({ view: 'frames', dataset: summary.id, params: {} });
  };
  const open = (): void =>
    void choosePath({ kind: 'folder', title: t('openTitle') })
      .then((path) => (path === null ? undefined : openPath(path)))
      .catch(tell);
  const locate = (card: Card): void =>
    void choosePath({ kind: 'folder', title: t('locateTitle', { name: card.name }) })
      .then(async (path) => {
        if (path === null) return;
        await api.datasets.open({ path });
        reload();
      })
      .catch(tell);
  const forget = (card: Card): void =>
    void api.datasets.forget({ dataset: card.id }).then(() => {
      reload();
      const undo = (): void => void api.datasets.unforget({ dataset: card.id }).then(reload, tell);
      notify({ level: 'info', message: t('forgotten', { name: card.name }), action: { label: t('app:undo'), run: undo } });
    }, tell);
  const demo = (): void => {
    if (making) return;
    setMaking(true);
    void runJob(t('app:jobs.demo'), (options) => api.datasets.demo({}, options))
      .then(({ id }) => {
        const go = (): void => navigate({ view: 'frames', dataset: id, params: {} });
        // Whoever has gone elsewhere meanwhile is not pulled back.
        if (addressStore.getState().address.view === 'home') go();
        else notify({ level: 'success', message: t('demoReady'), action: { label: t('open'), run: go } });
      }, tell)
      .finally(() => setMaking(false));
  };
  const panel = params.import !== undefined ? 'import' : params.new !== undefined ? 'new' : null;
  const showImport = (from?: string): void => setParams({ import: '1', from: from ?? null, new: null });
  const showNew = (): void => setParams({ new: '1', import: null, from: null });
  const close = (): void => setParams({ new: null, import: null, from: null });

  useCommands({
    'home.new': showNew,
    'home.open': open,
    'home.import': () => showImport(),
    'home.demo': { run: demo, when: () => !making },
    'home.find': { run: () => field.current?.focus(), when: () => field.current !== null },
  });

  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    // A browser page never learns the path of what was dropped; the panel asks for it.
    const path = file === undefined ? '' : (desktop?.pathOf(file) ?? '');
    if (path === '') {
      showImport();
      notify({ level: 'info', message: t('dropInBrowser') });
    } else showImport(path);
  };
  // Whoever came from a card's menu is there again when the dialog closes.
  const { restore } = params;
  const restoring = useRef(restore);
  useEffect(() => {
    const before = restoring.current;
    restoring.current = restore;
    if (before !== undefined && restore === undefined) document.getElementById(menuId(before))?.focus();
  }, [restore]);
  const first = cards.data !== null && cards.data.length === 0;
  const untouched = useStore(settingsStore, (state) => state.loaded && state.settings.layout['tour.seen'] === undefined);
  useEffect(() => {
    if (first && untouched) runCommand('app.tour');
  }, [first, untouched]);

  return (
    <div
      className={over ? 'home over' : 'home'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.target === event.currentTarget) setOver(false);
      }}
      onDrop={onDrop}
    >
      {!first && (
        <BarMiddle>
          <span className="right" />
          <div className="input find" role="search">
            <Icon name="search" small />
            <input
              ref={field}
              type="search"
              aria-label={t('find')}
              placeholder={t('find')}
              value={find}
              onChange={(event) => setFind(event.target.value)}
              onKeyDown={(event) => event.key === 'Escape' && (setFind(''), event.currentTarget.blur())}
            />
            <KeyHint chord={keys.find} />
          </div>
        </BarMiddle>
      )}
      <div className="page scroll">
        {cards.problem !== null && cards.data === null ? (
          <ErrorState message={cards.problem.message} safe={t('listSafe')} details={cards.problem.details} onRetry={reload} />
        ) : first ? (
          <FirstStart onDemo={demo} onOpen={open} onNew={showNew} making={making} />
        ) : (
          <>
            <div className="head">
              <h2>{t('datasets')}</h2>
              <span className="dim">{cards.data?.length ?? ''}</span>
              <Select
                label={t('order')}
                icon="sort"
                value={order}
                choices={orders.map((value) => ({ value, label: t(`orders.${value}`) }))}
                onChange={(value: Order) => setLayout('home.order', value)}
              />
              <span className="right row acts">
                <Button variant="ghost" icon="demo" chord={keys.demo} onClick={demo} disabled={making}>
                  {t('demo')}
                </Button>
                <Button icon="import" chord={keys.import} onClick={() => showImport()}>
                  {t('import')}
                </Button>
                <Button icon="open" chord={keys.open} onClick={open}>
                  {t('open')}
                </Button>
                <Button variant="primary" icon="plus" chord={keys.new} onClick={showNew}>
                  {t('new')}
                </Button>
              </span>
            </div>
            <div className="cards" role="list" aria-label={t('datasets')}>
              {cards.data === null
                ? [0, 1, 2].map((i) => <CardSkeleton key={i} />)
                : list.map((card) => (
                    <DatasetCard
                      key={card.id}
                      card={card}
                      onLocate={() => locate(card)}
                      onForget={() => forget(card)}
                      onRestore={() => setParams({ restore: card.id })}
                    />
                  ))}
            </div>
            {cards.data !== null && list.length === 0 && <p className="dim">{t('nothingFound', { text: find })}</p>}
          </>
        )}
        <div className="drop">
          <Icon name="drop" />
          <div>
            <div>{t('drop.title')}</div>
            <div>{t('drop.text')}</div>
          </div>
        </div>
      </div>
      {panel === 'import' && (
        <ImportPanel
          key={params.from ?? ''}
          from={params.from ?? null}
          into={params.import === '1' ? null : (params.import ?? null)}
          cards={cards.data ?? []}
          onClose={close}
        />
      )}
      {panel === 'new' && <NewPanel onClose={close} />}
    </div>
  );
}

function CardSkeleton() {
  return (
    <div className="card" role="listitem">
      <span className="cover">
        {Array.from({ length: 6 }, (_, i) => (
          <span key={i} className="ph" />
        ))}
      </span>
      <span className="body">
        <Skeleton width="50%" height={14} />
        <Skeleton width="35%" />
        <Skeleton width="90%" height={4} />
        <Skeleton width="40%" />
      </span>
    </div>
  );
}
