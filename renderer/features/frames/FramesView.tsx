import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api, clientId } from '../../api/api.ts';
import type { FrameQueryResult } from '../../../shared/contract/frames.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import { AppError, type WireError } from '../../../shared/errors.ts';
import { formatQueueId, type QueueWork } from '../../../shared/review/queueId.ts';
import { formatAddress } from '../../lib/address.ts';
import { BarMiddle } from '../../lib/barSlots.tsx';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatCount } from '../../lib/format.ts';
import { clear, emptySelection, type ListSelection, selectAll } from '../../lib/frameSelection.ts';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { useResource } from '../../lib/useResource.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { useSubmitOnceChecked } from '../../lib/useSubmitOnceChecked.ts';
import { witnessesOf } from '../../lib/witnesses.ts';
import { addressStore, navigate, setParams } from '../../state/addressStore.ts';
import { commandStore } from '../../state/commandStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { setFrameOrder } from '../../state/frameOrder.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { layoutNumber, setLayout, settingsStore } from '../../state/settingsStore.ts';
import { Button } from '../../ui/Button.tsx';
import type { CodeEditorHandle } from '../../ui/CodeEditor.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { Select } from '../../ui/Select.tsx';
import { BulkBar, type BulkMenu } from './BulkBar.tsx';
import { FacetsPanel } from './FacetsPanel.tsx';
import type { CategoryLook } from './FrameCell.tsx';
import { FrameCache } from './frameCache.ts';
import { cellSizes, FrameGrid, type GridHandle } from './FrameGrid.tsx';
import { GridSkeleton } from './GridSkeleton.tsx';
import { diagnosticsOf, facetNames, facetParam, facetsOf, type Order, orderOf, orders, selectionOf, severityName } from './query.ts';
import { QueryBar } from './QueryBar.tsx';
import { QueueMenu } from './QueueMenu.tsx';
import { SizeSlider } from './SizeSlider.tsx';
import './frames.css';

const thresholds = ['0', '0.05', '0.1', '0.25', '0.35', '0.5', '0.7'] as const;

function useDebounced<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

/** The value when `holds` was last true; null before. */
function useLastWhile<T>(holds: boolean, value: T): T | null {
  const [last, setLast] = useState<T | null>(null);
  if (holds && last !== value) setLast(value);
  return holds ? value : last;
}

export function FramesView() {
  const { t } = useTranslation('frames');
  const language = useLanguage();
  const { params } = useStore(addressStore, (state) => state.address);
  const summary = useStore(datasetStore, (state) => state.summary)!;
  const dataset = summary.id;
  const size = useStore(settingsStore, (state) =>
    Math.max(0, Math.min(cellSizes.length - 1, layoutNumber(state.settings, 'frames.size', 1))),
  );
  const threshold = useStore(settingsStore, (state) => layoutNumber(state.settings, 'frames.threshold', 0.25));
  const saved = useStore(settingsStore, (state) => state.settings.layout[`queries.${dataset}`]);

  // --- what is asked
  const facetKey = facetNames.map((name) => params[name] ?? '').join('\n');
  // `facetKey` holds all that `facetsOf` reads.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const facets = useMemo(() => facetsOf(params), [facetKey]);
  const name = params.name ?? '';
  const chosenFacets = Object.values(facets).reduce((sum, values) => sum + values.length, 0) + (name === '' ? 0 : 1);
  const [text, setText] = useState(params.query ?? '');
  const [preview, setPreview] = useState<{ readonly text: string; readonly moved: boolean } | null>(null);
  // Short: what is outdated is cancelled, so a question for every key costs little.
  const settled = useDebounced(text, 80);
  const [round, setRound] = useState(0);
  // With a query, the boxes it speaks of: without `@` those of the active run. Without one, what people stand behind.
  const queried = text.trim() !== '' || summary.annotations === 0;
  const source = params.source ?? (queried && summary.activeRun !== null ? summary.activeRun : 'gt');
  const asked = params.source ?? null;
  const order = orderOf(params, text.trim() !== '');
  const seed = Number(params.seed ?? 1);

  // The address follows the text, and a new address (back, a saved query) sets it.
  const written = useRef(params.query ?? '');
  useEffect(() => {
    if (settled.trim() === written.current) return;
    written.current = settled.trim();
    setParams({ query: settled.trim() });
  }, [settled]);
  useEffect(() => {
    const query = params.query ?? '';
    if (query === written.current) return;
    written.current = query;
    setText(query);
  }, [params.query]);

  const ask = (where: string) => ({
    dataset,
    selection: selectionOf(where, facets, asked, name),
    order,
    ...(order === 'random' ? { seed } : {}),
  });
  const main = useResource(JSON.stringify([dataset, settled.trim(), facetKey, name, asked, order, seed, round]), (signal) =>
    api.frames.query(ask(settled), { signal }),
  );
  const error = useMemo(() => triggerError(main.failure), [main.failure]);
  const diagnostics = useMemo(() => diagnosticsOf(error, settled), [error, settled]);
  const shownPreview =
    preview !== null && preview.text.trim() !== settled.trim() && (preview.moved || error !== null) ? preview.text : null;
  const previewed = useResource(
    shownPreview === null ? null : JSON.stringify([dataset, shownPreview, facetKey, name, asked, order, seed, round]),
    (signal) => api.frames.query(ask(shownPreview ?? ''), { signal }),
  );
  const result = shownPreview !== null && previewed.problem === null && previewed.data !== null ? previewed.data : main.data;
  // A text is known to be valid once it was answered, not before: an address may begin with one that is not.
  const valid = main.current && main.problem === null ? settled : null;
  const lastValid = useRef('');
  useEffect(() => {
    if (valid !== null) lastValid.current = valid;
  }, [valid]);
  const where = valid ?? lastValid.current;
  // The counts beside the facets come after the frames: both use the same workers, and the frames are waited for.
  const counted = useLastWhile(main.current, JSON.stringify([dataset, where.trim(), facetKey, name, asked, round]));
  const counts = useResource(counted, (signal) =>
    api.frames.facets({ dataset, selection: selectionOf(where, facets, asked, name) }, { signal }),
  );

  // --- what is drawn
  const cache = useMemo(() => new FrameCache(dataset, source), [dataset, source]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = api.frames.changed((change) => {
      if (change.dataset !== dataset) return;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          cache.stale();
          setRound((n) => n + 1);
        },
        change.by === clientId() ? 0 : 400,
      );
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [dataset, cache]);
  const isWaiting = (result?.unmeasuredFrames ?? 0) > 0;
  useEffect(() => {
    if (!isWaiting) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = api.frames.measured((change) => {
      // Not put off by the next batch: the answer grows while images come in.
      if (change.dataset !== dataset || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        setRound((n) => n + 1);
      }, 400);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [dataset, isWaiting]);
  const colors = useMemo(
    () => new Map(summary.categories.map((category) => [category.name, categoryColor(category)])),
    [summary.categories],
  );
  const categories = useMemo(
    () =>
      new Map<number, CategoryLook>(
        summary.categories.map((category) => [category.id, { name: category.name, color: categoryColor(category) }]),
      ),
    [summary.categories],
  );

  // --- selection
  const [selection, setSelection] = useState<ListSelection>(emptySelection);
  const grid = useRef<GridHandle>(null);
  const editor = useRef<CodeEditorHandle>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const [menu, setMenu] = useState<BulkMenu>(null);
  useEffect(() => {
    setSelection((before) =>
      result !== null && before.active >= result.ids.length ? { ...before, active: Math.max(0, result.ids.length - 1) } : before,
    );
  }, [result]);
  const selectedIds = useCallback((): Float64Array<ArrayBuffer> => Float64Array.from(selection.ids), [selection]);

  const open = (index: number): void => {
    const id = result?.ids[index];
    if (result === null || id === undefined) return;
    const go = (name: string): void => {
      const shown: FrameQueryResult = result;
      setFrameOrder({
        dataset,
        title: where.trim(),
        kind: 'frames',
        address: formatAddress(addressStore.getState().address),
        ids: shown.ids,
        sources: [source],
        witness: witnessesOf(shown),
      });
      navigate({ view: 'label', dataset, params: { frame: name } });
    };
    const row = cache.row(id);
    if (row !== undefined) go(row.name);
    else void api.frames.rows({ dataset, ids: Float64Array.of(id) }).then(([found]) => found !== undefined && go(found.name), tell);
  };

  const undo = (): void =>
    void saving(() => api.annotations.undo({ dataset })).then(
      (undone) => notify({ level: 'info', message: t('undone', { count: undone.frames.length }) }),
      tell,
    );
  const redo = (): void =>
    void saving(() => api.annotations.redo({ dataset })).then(
      (redone) => notify({ level: 'info', message: t('redone', { count: redone.frames.length }) }),
      tell,
    );
  const undoKey = useShortcut('frames.undo');
  const importKey = useShortcut('frames.import');
  const queryKey = useShortcut('frames.query');
  const canSaveTrigger = useStore(commandStore, (state) => state.commands.some((command) => command.id === 'triggers.new'));
  const bulk = async (work: () => Promise<{ readonly changed: number }>, message: (count: number) => string): Promise<void> => {
    try {
      const { changed } = await saving(work);
      notify({
        level: 'success',
        message: message(changed),
        ...(changed > 0 ? { action: { label: t('app:undo'), run: undo, ...(undoKey === undefined ? {} : { keys: undoKey }) } } : {}),
      });
      grid.current?.focus();
    } catch (failure) {
      tell(failure);
    }
  };
  const setState = (state: FrameState): void =>
    void bulk(
      () => api.frames.setState({ dataset, ids: selectedIds(), state }),
      (count) => t('done.state', { count, shown: formatCount(count, language), state: t(`app:state.${state}`) }),
    );
  const setSplit = (split: string | null): void =>
    void bulk(
      () => api.frames.setSplit({ dataset, ids: selectedIds(), split }),
      (count) => t(split === null ? 'done.noSplit' : 'done.split', { count, shown: formatCount(count, language), split: split ?? '' }),
    );
  const setTag = (tag: string, on: boolean): void =>
    void bulk(
      () => api.frames.setTag({ dataset, ids: selectedIds(), tag, on }),
      (count) => t(on ? 'done.tag' : 'done.untag', { count, shown: formatCount(count, language), tag }),
    );

  const assign = (to: string | null): void =>
    void bulk(
      () => api.review.assign({ dataset, ids: selectedIds(), to }),
      (count) => t(to === null ? 'done.unassign' : 'done.assign', { count, shown: formatCount(count, language), name: to ?? '' }),
    );
  const names = useResource(selection.ids.size > 0 ? `${dataset} ${round}` : null, () => api.people.list({ dataset }));
  const { author, profiles } = useStore(settingsStore, (state) => state.settings);
  const people = [...new Set([author, ...profiles.map((profile) => profile.name), ...(names.data?.names ?? [])])].filter(
    (person) => person !== '',
  );
  /** What is shown now, as a queue of its own. */
  const workThrough = (work: QueueWork): void =>
    navigate({
      view: 'label',
      dataset,
      params: { queue: formatQueueId({ kind: 'frames', where: where.trim(), name, facets: { ...facets }, work }) },
    });
  const hasFrames = (result?.total ?? 0) > 0;

  const any = (): boolean => selection.ids.size > 0 && !summary.readOnly;
  const resize = (by: number): void => setLayout('frames.size', Math.max(0, Math.min(cellSizes.length - 1, size + by)));
  useCommands({
    'frames.query': () => editor.current?.focus(),
    'frames.name': () => nameField.current?.select(),
    'frames.open': { run: () => open(selection.active), when: () => (result?.ids.length ?? 0) > 0 },
    'frames.selectAll': {
      run: () => result !== null && setSelection((before) => selectAll(before, result.ids)),
      when: () => (result?.ids.length ?? 0) > 0,
    },
    'frames.clear': { run: () => setSelection(clear), when: () => selection.ids.size > 0 },
    'frames.labelThese': { run: () => workThrough('label'), when: () => hasFrames },
    'frames.reviewThese': { run: () => workThrough('review'), when: () => hasFrames },
    'frames.assign': { run: () => setMenu('assign'), when: any },
    'frames.setState': {
      run: () => setMenu('state'),
      when: any,
      detail: () => t('bulk.selected', { count: selection.ids.size, shown: String(selection.ids.size) }),
    },
    'frames.setSplit': { run: () => setMenu('split'), when: any },
    'frames.setTag': { run: () => setMenu('tag'), when: any },
    'frames.undo': { run: undo, when: () => !summary.readOnly },
    'frames.redo': { run: redo, when: () => !summary.readOnly },
    'frames.larger': { run: () => resize(1), when: () => size < cellSizes.length - 1 },
    'frames.smaller': { run: () => resize(-1), when: () => size > 0 },
    'frames.import': { run: () => navigate({ view: 'home', dataset: null, params: { import: dataset } }), when: () => !summary.readOnly },
  });
  // The key of the query on another screen leads here with `focus=query`; it counts once.
  useEffect(() => {
    if (addressStore.getState().address.params['focus'] !== 'query') return grid.current?.focus();
    editor.current?.focus();
    setParams({ focus: null });
  }, []);

  // The query stands over the grid.
  const [facetsWidth] = usePanelWidth('facets', 232);
  useEffect(() => {
    document.documentElement.style.setProperty('--crumb', `${facetsWidth - 12}px`);
    return () => void document.documentElement.style.removeProperty('--crumb');
  }, [facetsWidth]);

  const leaveQuery = (): void => {
    setPreview(null);
    grid.current?.focus();
  };
  const submit = useSubmitOnceChecked(text, main.current ? settled : null, error !== null, leaveQuery);

  const list = savedQueries(saved);
  const sources = ['gt', ...summary.runs];
  const clearAll = (): void => {
    setText('');
    setParams({ query: null, name: null, ...Object.fromEntries(facetNames.map((name) => [name, null])) });
  };

  return (
    <>
      <BarMiddle>
        <QueryBar
          dataset={dataset}
          text={text}
          onText={setText}
          onPreview={(previewText, moved) => setPreview(previewText === null ? null : { text: previewText, moved })}
          onSubmit={submit}
          onEscape={leaveQuery}
          selection={(typed) => selectionOf(typed, facets, asked, name)}
          result={result}
          all={summary.frames}
          loading={main.loading}
          diagnostics={diagnostics}
          completing={preview !== null}
          editor={editor}
          colors={colors}
        />
        <Menu
          label={t('savedQueries')}
          trigger={
            <Button variant="ghost" icon="bookmark" aria-label={t('savedQueries')} trailing={<Icon name="down" small />}>
              <span className="wide">{t('savedQueries')}</span>
            </Button>
          }
          entries={[
            ...list.map((query) => ({ id: query, label: <span className="mono">{query}</span>, onSelect: () => setText(query) })),
            {
              id: '\u0000save',
              label: list.includes(where.trim()) ? t('forgetQuery') : t('saveQuery'),
              icon: list.includes(where.trim()) ? 'delete' : 'plus',
              separated: list.length > 0,
              disabled: where.trim() === '',
              onSelect: () =>
                setLayout(
                  `queries.${dataset}`,
                  JSON.stringify(
                    list.includes(where.trim()) ? list.filter((query) => query !== where.trim()) : [...list, where.trim()].slice(-20),
                  ),
                ),
            },
          ]}
        />
      </BarMiddle>
      <FacetsPanel
        counts={counts.data}
        facets={facets}
        name={name}
        onName={(text) => setParams({ name: text })}
        nameField={nameField}
        total={result?.total ?? summary.frames}
        categories={[...categories.values()]}
        source={source}
        onFacet={(name, values) => setParams({ [name]: facetParam(values) }, { replace: false })}
        onClear={() => setParams({ name: null, ...Object.fromEntries(facetNames.map((facet) => [facet, null])) }, { replace: false })}
      />
      <div className="frames col grow">
        <div className="tbar">
          <span className="dim small count">
            {result === null ? '' : t('shown', { count: result.total, shown: formatCount(result.total, language) })}
            {result !== null &&
              result.witnessOffsets !== null &&
              ` · ${t('hits', { count: result.hits, shown: formatCount(result.hits, language) })}`}
          </span>
          {canSaveTrigger && where.trim() !== '' && !summary.readOnly && (
            <Button
              small
              variant="ghost"
              icon="trigger"
              onClick={() => navigate({ view: 'triggers', dataset, params: { query: where.trim() } })}
            >
              {t('saveAsTrigger')}
            </Button>
          )}
          {hasFrames && <QueueMenu total={result?.total ?? 0} onWork={workThrough} />}
          <span className="right" />
          <span className="source">
            <Select
              label={t('boxesOf')}
              icon={source === 'gt' ? 'edit' : 'box'}
              value={source}
              choices={sources.map((name) => ({ value: name, label: name === 'gt' ? t('annotations') : name }))}
              onChange={(value) => setParams({ source: value })}
            />
          </span>
          {source !== 'gt' && (
            <Select
              label={t('threshold')}
              value={String(threshold)}
              choices={thresholds.map((value) => ({ value: value, label: `≥ ${value}` }))}
              onChange={(value) => setLayout('frames.threshold', Number(value))}
            />
          )}
          <Select
            label={t('order')}
            icon="sort"
            value={order}
            choices={orders.map((value) => ({ value, label: t(`orders.${value}`), disabled: value === 'severity' && where.trim() === '' }))}
            onChange={(value: Order) =>
              setParams({ order: value, seed: value === 'random' ? String(1 + Math.floor(Math.random() * 999_999)) : null })
            }
          />
          <SizeSlider value={size} max={cellSizes.length - 1} onChange={(value) => setLayout('frames.size', value)} />
        </div>
        <div className="vp">
          {result === null && main.problem !== null && error === null ? (
            <ErrorState message={main.problem.message} safe={t('errorSafe')} details={main.problem.details} onRetry={main.reload} />
          ) : result === null && error !== null ? (
            <EmptyState icon="warning" title={t('refused.title')} text={main.problem?.message ?? ''}>
              <Button icon="edit" chord={queryKey} onClick={() => editor.current?.focus()}>
                {t('refused.edit')}
              </Button>
              <Button icon="close" onClick={clearAll}>
                {t('none.clear')}
              </Button>
            </EmptyState>
          ) : result === null ? (
            <GridSkeleton size={cellSizes[size] ?? 208} />
          ) : result.total > 0 ? (
            <FrameGrid
              ref={grid}
              dataset={dataset}
              result={result}
              cache={cache}
              selection={selection}
              onSelection={setSelection}
              onOpen={open}
              size={size}
              categories={categories}
              threshold={source === 'gt' ? 0 : threshold}
              severityName={severityName(shownPreview ?? where)}
            />
          ) : summary.frames === 0 ? (
            <EmptyState icon="frames" title={t('empty.title')} text={t('empty.text')}>
              <Button
                variant="primary"
                icon="import"
                chord={importKey}
                onClick={() => navigate({ view: 'home', dataset: null, params: { import: dataset } })}
              >
                {t('empty.import')}
              </Button>
            </EmptyState>
          ) : isWaiting ? (
            <EmptyState
              icon="refresh"
              title={t('measuring.title')}
              text={t('measuring.text', { count: result.unmeasuredFrames, shown: formatCount(result.unmeasuredFrames, language) })}
            >
              <Button icon="close" onClick={clearAll}>
                {t('none.clear')}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState
              icon="search"
              title={t('none.title')}
              text={chosenFacets > 0 && where.trim() !== '' ? t('none.both') : where.trim() !== '' ? t('none.query') : t('none.facets')}
            >
              <Button icon="close" onClick={clearAll}>
                {t('none.clear')}
              </Button>
            </EmptyState>
          )}
          {selection.ids.size > 0 && (
            <BulkBar
              count={selection.ids.size}
              splits={(counts.data?.split ?? []).map((split) => split.name)}
              tags={(counts.data?.tag ?? []).map((tag) => tag.name)}
              open={menu}
              onOpen={setMenu}
              readOnly={summary.readOnly}
              onState={setState}
              onSplit={setSplit}
              onTag={setTag}
              people={people}
              onAssign={assign}
              onClear={() => setSelection(clear)}
            />
          )}
        </div>
      </div>
    </>
  );
}

/** An error in the text of the query, as opposed to one of the machine. */
function triggerError(failure: unknown): WireError | null {
  if (!(failure instanceof AppError)) return null;
  const inText = ['trigger_syntax', 'trigger_type', 'trigger_limit', 'unsupported'].includes(failure.code);
  return inText
    ? { code: failure.code, message: failure.message, ...(failure.details === undefined ? {} : { details: failure.details }) }
    : null;
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem === null) return;
  // Nothing left to undo is no fault.
  const quiet = problem.code === 'nothing_to_undo' || problem.code === 'nothing_to_redo';
  notify({ level: quiet ? 'info' : 'error', message: problem.message, ...(quiet ? {} : { details: problem.details }) });
}

function savedQueries(value: string | number | boolean | undefined): readonly string[] {
  if (typeof value !== 'string') return [];
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.filter((query): query is string => typeof query === 'string') : [];
  } catch {
    return [];
  }
}
