import { type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Verdict } from '../../../shared/contract/triggers.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { api, clientId } from '../../api/api.ts';
import { CanvasSurface, type CanvasHandle } from '../../canvas/view/CanvasSurface.tsx';
import { BarEnd, BarMiddle } from '../../lib/barSlots.tsx';
import { categoryColor } from '../../lib/categoryColors.ts';
import { problemOf } from '../../lib/problem.ts';
import { useCalmStore } from '../../lib/useCalmStore.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { loadView, saveView } from '../../platform/lastView.ts';
import { hostText } from '../../locales/hostText.ts';
import { saveQueueOf } from '../../platform/saveQueues.ts';
import { addressStore, navigate, setParams } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { StatePill } from '../../ui/StatePill.tsx';
import { AttributeKeys } from './AttributeKeys.tsx';
import { BoxList } from './BoxList.tsx';
import { ConflictOverlay } from './ConflictOverlay.tsx';
import { ConflictSection } from './ConflictSection.tsx';
import { DrawChip } from './DrawChip.tsx';
import { Filmstrip } from './Filmstrip.tsx';
import { GuidelinePanel } from './GuidelinePanel.tsx';
import { incompleteBoxes } from './incomplete.ts';
import { IncompleteBar } from './IncompleteBar.tsx';
import { Inspector } from './Inspector.tsx';
import './label.css';
import { createLabelSession, type LabelSession } from './labelSession.ts';
import { PropagatePanel } from './PropagatePanel.tsx';
import { ReviewBar } from './ReviewBar.tsx';
import { QueueEmpty } from './QueueEnd.tsx';
import './review.css';
import { ReviewOverlays, ReviewPanels } from './ReviewParts.tsx';
import { RunFilter } from './RunFilter.tsx';
import { Toolbox } from './Toolbox.tsx';
import { Playback } from './tracks/Playback.tsx';
import { TrackPanel } from './tracks/TrackPanel.tsx';
import { useTracks } from './tracks/useTracks.ts';
import { useCategoryHotkeys } from './useCategoryHotkeys.ts';
import { useLabelCommands } from './useLabelCommands.ts';
import { useReviewWork } from './useReviewWork.ts';
import { useBoxLook } from './useBoxLook.ts';
import { useSeenImage } from './useSeenImage.ts';
import { useThemeKey } from './useThemeKey.ts';
import { giveVerdict } from './giveVerdict.ts';
import { VerdictBar } from './VerdictBar.tsx';
import { ViewButtons } from './ViewButtons.tsx';
import { useViewOptions } from './viewOptions.ts';
import { ViewPanels } from './ViewPanels.tsx';
import { ZoomControl } from './ZoomControl.tsx';

export function LabelView(): ReactElement {
  const summary = useStore(datasetStore, (state) => state.summary);
  return summary === null ? <></> : <LabelDataset key={summary.id} summary={summary} />;
}

/** One session a dataset; it lives as long as the view is open. */
function LabelDataset({ summary }: { readonly summary: DatasetSummary }): ReactElement {
  const [session, setSession] = useState<LabelSession | null>(null);
  const first = useRef(summary);
  useEffect(() => {
    const opened = createLabelSession(first.current, {
      api,
      clientId,
      saving: saveQueueOf(first.current.id),
      views: { load: () => loadView(first.current.id), save: (view) => saveView(first.current.id, view) },
      onFrame: (name) => setParams({ frame: name, box: null }),
      alert: (error) => {
        const problem = problemOf(error);
        if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
      },
    });
    setSession(opened);
    return () => opened.dispose();
  }, []);
  return session === null ? <></> : <LabelScreen session={session} summary={summary} />;
}

function LabelScreen({ session, summary }: { readonly session: LabelSession; readonly summary: DatasetSummary }): ReactElement {
  const { t } = useTranslation('label');
  const { editor, viewport } = session;
  const state = useStore(session.store);
  const params = useStore(addressStore, (address) => address.address.params);
  const frameState = useStore(editor.store, (editing) => editing.frameState);
  const [choosing, setChoosing] = useState(false);
  const [propagating, setPropagating] = useState(false);
  const [width, setWidth] = usePanelWidth('inspector', 300);
  const handle = useRef<CanvasHandle>(null);
  const categories = useCategoryMap(summary);

  const tracks = useTracks(session, summary);
  const trackList = useStore(tracks.session.store, (now) => now.list);
  const work = useReviewWork(session, summary);
  const queue = useStore(work.queue.store);
  const reviewing = useStore(frameOrder, (order) => order.kind === 'review');

  const conflicts = useStore(editor.store, (editing) => editing.conflicts.length);
  const conflictsBefore = useRef(0);
  useEffect(() => {
    if (conflicts > conflictsBefore.current) notify({ level: 'warning', message: t('conflict.opened') });
    conflictsBefore.current = conflicts;
  }, [conflicts, t]);

  useEffect(() => {
    if (state.witness.size > 0 && state.image !== null) handle.current?.pulse();
  }, [state.witness, state.image]);

  // The first box of all has no category yet: what it is is asked then and there.
  const unnamed = useStore(editor.store, (editing) => editing.unnamed);
  useEffect(() => {
    if (unnamed !== null) setChoosing(true);
  }, [unnamed]);
  const onChoosing = (open: boolean): void => {
    setChoosing(open);
    if (!open) editor.store.setState({ unnamed: null });
  };
  const createCategory = (name: string): void => {
    const { frame } = editor.store.getState();
    api.categories.add({ dataset: session.dataset, name }).then(
      (category) => {
        editor.setCategory(category.id);
        if (unnamed !== null && editor.store.getState().frame?.id === frame?.id) editor.draw(unnamed);
      },
      (error: unknown) => notify({ level: 'error', message: problemOf(error)?.message ?? String(error) }),
    );
  };
  const verdict = (given: Verdict): void => {
    if (given === 'relabel') {
      selectWitness(session, 0);
      setChoosing(true);
    }
    void giveVerdict(session, given);
  };
  useCategoryHotkeys(editor, summary);
  const accept = useLabelCommands({
    session,
    summary,
    handle,
    onRelabel: () => setChoosing(true),
    onPropagate: () => setPropagating(true),
    onVerdict: verdict,
    onRejected: () => work.rejected(),
    onGoOn: () => work.goOn(),
  });

  const title =
    state.row === null ? null : (
      <>
        <Icon name="next" small />
        <span className="clip label-name" title={state.row.name}>
          {state.row.name}
        </span>
        <span className="chip">
          <StatePill state={frameState} />
          {(work.shown.review?.sinceApproval ?? null) !== null && (
            <span className="warning row" title={t('review:changedSince')}>
              <Icon name="warning" small />
              <span className="sr-only">{t('review:changedSince')}</span>
            </span>
          )}
        </span>
        {summary.activeRun !== null && <RunFilter editor={editor} run={summary.activeRun} />}
      </>
    );

  const failed = queue.error ?? state.error;
  if (failed !== null) {
    const problem = problemOf(failed);
    return (
      <ErrorState
        message={failed.message}
        safe={t('error.safe')}
        tryThis={t('error.try')}
        details={problem?.details ?? ''}
        onRetry={() => void session.openByName(params['frame'] ?? null)}
      >
        <Button icon="frames" onClick={() => navigate({ view: 'frames', dataset: session.dataset, params: {} })}>
          {t('error.back')}
        </Button>
      </ErrorState>
    );
  }
  if (summary.frames === 0) {
    return (
      <EmptyState icon="label" title={t('empty.title')} text={t('empty.text')}>
        <Button variant="primary" icon="import" onClick={() => navigate({ view: 'frames', dataset: session.dataset, params: {} })}>
          {t('empty.import')}
        </Button>
      </EmptyState>
    );
  }
  if (queue.id !== null && !queue.loading && queue.total === 0 && queue.error === null)
    return <QueueEmpty dataset={session.dataset} queue={work.queue} />;
  return (
    <div className="label-view">
      <BarMiddle>{title}</BarMiddle>
      <BarEnd>
        <Button
          icon="check"
          chord="Space"
          title={t(reviewing ? 'acceptReviewTitle' : 'acceptTitle')}
          disabled={summary.readOnly || state.row === null}
          onClick={accept}
        >
          {t(reviewing ? 'acceptReview' : 'accept')}
        </Button>
      </BarEnd>
      <GuidelinePanel summary={summary} session={session} />
      <div className="label-work">
        <CanvasArea session={session} summary={summary} handle={handle} onVerdict={verdict} onChoose={() => setChoosing(true)}>
          <IncompleteBar session={session} summary={summary} onAccept={accept} />
          <ReviewOverlays work={work} categories={categories} />
          <AttributeKeys editor={editor} declared={summary.attributes} />
          {tracks.play.playing && trackList !== null && (
            <Playback
              dataset={session.dataset}
              list={trackList}
              from={tracks.playFrom}
              speed={tracks.play.speed}
              loop={tracks.play.loop}
              viewport={viewport}
              colorOf={(category) => categoryColor(categories.get(category) ?? { id: category })}
              onPlace={tracks.setPlayPlace}
              onEnd={tracks.stopAt}
            />
          )}
          {propagating && <PropagatePanel session={session} onClose={() => setPropagating(false)} />}
        </CanvasArea>
        <TrackPanel
          tracks={tracks.session}
          summary={summary}
          categories={categories}
          open={tracks.open}
          onOpen={tracks.setOpen}
          play={tracks.play}
          onPlay={tracks.setPlay}
          playPlace={tracks.playPlace}
        />
        <Filmstrip session={session} queue={work.queue} tracks={tracks.session} />
      </div>
      <Panel
        label={t('inspector.panel')}
        side="right"
        width={width}
        onWidth={setWidth}
        min={240}
        max={480}
        resizeLabel={t('inspector.resize')}
      >
        <div className="scroll inspector-top">
          <ConflictSection editor={editor} categories={summary.categories} />
          <Inspector
            dataset={session.dataset}
            editor={editor}
            categories={summary.categories}
            attributes={summary.attributes}
            choosing={choosing}
            onChoosing={onChoosing}
            onCreateCategory={createCategory}
          />
          <ReviewPanels work={work} categories={categories} />
        </div>
        <BoxList editor={editor} categories={categories} attributes={summary.attributes} onZoom={(box) => viewport.showBox(box.bbox)} />
      </Panel>
    </div>
  );
}

interface CanvasAreaProps {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly handle: React.RefObject<CanvasHandle | null>;
  readonly onVerdict: (verdict: Verdict) => void;
  /** Opens the list of categories. */
  readonly onChoose: () => void;
  readonly children?: ReactNode;
}

function CanvasArea({ session, summary, handle, onVerdict, onChoose, children }: CanvasAreaProps): ReactElement {
  const { t } = useTranslation('label');
  const { editor, viewport } = session;
  const state = useStore(session.store);
  const categories = useCategoryMap(summary);
  const next = useStore(editor.store, (editing) => editing.nextCategory);
  const selected = useCalmStore(editor.store, (editing) => editing.selected.size);
  const boxes = useStore(editor.store, () => editor.scene().length);
  const annotations = useStore(editor.store, (editing) => editing.annotations);
  const language = useLanguage();
  const themeKey = useThemeKey();
  const incompleteIds = useMemo(
    () => incompleteBoxes(summary.attributes, annotations).map(({ box }) => box as number),
    [summary.attributes, annotations],
  );
  // All boxes are drawn again when the look changes: only when other boxes lack something.
  const incompleteKey = incompleteIds.join(' ');
  const incomplete = useMemo(() => new Set(incompleteKey.split(' ').map(Number)), [incompleteKey]);
  const look = useBoxLook(session, categories, incomplete);
  const aids = useViewOptions();
  const seen = useSeenImage(session);
  const order = useStore(frameOrder);
  const { hits } = order;
  const reviewing = useStore(session.review.store, (review) => review.active);
  const editable = [...state.witness].every((id) => annotations.some((box) => box.id === id));
  return (
    <div className="canvas-area" lang={language}>
      <span id="canvas-description" className="sr-only">
        {t('canvasDescription', { count: boxes, selected, lng: 'en' })}
      </span>
      <CanvasSurface
        editor={editor}
        viewport={viewport}
        image={seen.image}
        witness={state.witness}
        look={look}
        aids={aids}
        draftColor={next === null ? '#5b8cff' : categoryColor(categories.get(next) ?? { id: next })}
        themeKey={themeKey}
        describedBy="canvas-description"
        handle={handle}
        onLongPress={onChoose}
        describeCrosshair={(at, draft) =>
          draft === null
            ? t('crosshair.at', { ...at })
            : t('crosshair.drawing', { ...at, width: Math.round(draft[2]), height: Math.round(draft[3]) })
        }
      />
      <ConflictOverlay editor={editor} viewport={viewport} />
      {state.imageProblem !== null && (
        <div className="canvas-problem" role="alert">
          <strong>{t('error.image')}</strong>
          <span className="dim">{hostText(state.imageProblem)}</span>
          <span className="dim small">{t('error.imageTry')}</span>
          <Button small icon="refresh" onClick={session.retryImage}>
            {t('error.imageAgain')}
          </Button>
        </div>
      )}
      <Toolbox editor={editor}>
        <ViewButtons />
      </Toolbox>
      <ViewPanels session={session} summary={summary} categories={categories} seen={seen} look={look} themeKey={themeKey} />
      <DrawChip editor={editor} categories={categories} onChoose={onChoose} />
      <ReviewBar session={session} categories={categories} onRelabel={onChoose} />
      {children}
      <ZoomControl viewport={viewport} />
      {hits && state.place >= 0 && state.witness.size > 0 && !reviewing && (
        <VerdictBar
          trigger={hits.trigger}
          severity={hits.severities?.[state.place] ?? 0}
          editable={editable && !summary.readOnly}
          given={null}
          onVerdict={onVerdict}
        />
      )}
    </div>
  );
}

function useCategoryMap(summary: DatasetSummary): ReadonlyMap<number, DatasetSummary['categories'][number]> {
  return useMemo(() => new Map(summary.categories.map((category) => [category.id as number, category])), [summary.categories]);
}

/** Selects one box of the hit on the canvas, so that the next key acts on it. */
function selectWitness(session: LabelSession, index: number): void {
  const id = [...session.store.getState().witness][index];
  if (id !== undefined) session.editor.select([id]);
}
