import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Hit, TriggerSummary, Verdict } from '../../../shared/contract/triggers.ts';
import { choosable } from '../../../shared/domain/category.ts';
import { BarEnd } from '../../lib/barSlots.tsx';
import { formatCount } from '../../lib/format.ts';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { navigate } from '../../state/addressStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { AnswerLine, AnswerPending, ReviewLine } from './AnswerLine.tsx';
import { verdictCommands } from './commands.ts';
import { HitGrid, type HitGridHandle } from './HitGrid.tsx';
import { countReviewed, hitKey, type HitOrder, nextOpen, verdictOf } from './hits.ts';
import { openHits } from './openHits.ts';
import { textError } from './problems.ts';
import type { LiveHits } from './useLiveHits.ts';
import { useVerdicts } from './useVerdicts.ts';
import { VerdictBar } from './VerdictBar.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly live: LiveHits;
  /** The list's name on the canvas. */
  readonly title: string;
  readonly order: HitOrder;
  readonly onOrder: (order: HitOrder) => void;
  /** The version whose hits are kept while the text does not check. */
  readonly stale: string | null;
  /** Why verdicts rest, beyond what the hits themselves say. */
  readonly paused: string | null;
  /** Why there can be no answer: the trigger does not apply here. */
  readonly unanswerable: string | null;
  /** What the reviews so far say; null for a question asked once. */
  readonly precision: TriggerSummary['precision'];
  readonly colorOf: (category: string) => string;
  /** Filled with how to move the focus to the crops. */
  readonly focusRef: { current: (() => void) | null };
}

/** What a question found: the answer in numbers, the crops, and what a person says about them. */
export function HitsPanel(props: Props): ReactElement {
  const { summary, live, order, stale, colorOf, focusRef } = props;
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const dataset = summary.id;
  const { result, more } = live;
  const hits = useMemo<readonly Hit[]>(() => result?.top ?? [], [result]);
  const randomOrder = order === 'random';
  const verdicts = useVerdicts(dataset, result, randomOrder);
  const { given } = verdicts;
  const grid = useRef<HitGridHandle>(null);
  const [choosing, setChoosing] = useState(false);

  // --- which hit has the focus: it keeps it when the list changes around it
  const [focus, setFocus] = useState<{ readonly index: number; readonly key: string | null }>({ index: 0, key: null });
  const found = focus.key === null ? -1 : hits.findIndex((hit) => hitKey(hit) === focus.key);
  const active = found >= 0 ? found : Math.max(0, Math.min(focus.index, hits.length - 1));
  const current = hits[active];
  const moveTo = useCallback(
    (index: number): void => {
      const hit = hits[index];
      if (hit !== undefined) setFocus({ index, key: hitKey(hit) });
    },
    [hits],
  );
  const focusCrops = useCallback((): void => grid.current?.focus(), []);
  useEffect(() => {
    focusRef.current = focusCrops;
  }, [focusRef, focusCrops]);
  const arrived = result !== null && hits.length > 0;
  useEffect(() => {
    // Verdict keys work at once, unless somebody is at another place already.
    if (arrived && (document.activeElement === null || document.activeElement === document.body)) grid.current?.focus();
  }, [arrived]);

  // --- verdicts
  const nameless = result !== null && result.name === '';
  const paused = props.paused ?? (summary.readOnly ? t('paused.readOnly') : nameless ? t('paused.query') : null);
  const editable = current !== undefined && current.witness.length > 0 && current.witness.every(({ source }) => source === 'gt');
  const give = async (verdict: Verdict, category?: string): Promise<void> => {
    if (current === undefined || paused !== null) return;
    const chosen = summary.categories.find(({ name }) => name === category);
    const from = active;
    moveTo(Math.min(from + 1, hits.length - 1));
    try {
      await verdicts.give(current, verdict, chosen?.id);
    } catch (error) {
      moveTo(from);
      tell(error);
    }
  };
  const say = (verdict: Verdict): void => {
    if (verdict === 'relabel' && editable) setChoosing(true);
    else void give(verdict);
  };
  const undo = (): void =>
    void verdicts.undo().then((hit) => {
      if (hit === null) return;
      setFocus({ index: active, key: hitKey(hit) });
      notify({ level: 'info', message: t('verdict.undone', { frame: hit.frame }) });
    }, tell);

  const open = (index: number): void => {
    if (result !== null) openHits(dataset, result, index, { title: props.title, randomOrder });
  };
  const reviewed = countReviewed(hits, given);
  const left = result === null ? 0 : result.hits - reviewed;
  const review = (): void => open(Math.max(0, nextOpen(hits, given, 0)));
  const reviewKey = useShortcut('triggers.review');
  const atCrops = (): boolean => grid.current?.focused() === true && current !== undefined;
  useCommands({
    ...Object.fromEntries(
      verdictCommands.map(({ verdict, name }) => [
        `triggers.${name}`,
        { run: () => say(verdict), when: () => paused === null && atCrops() },
      ]),
    ),
    'triggers.open': { run: () => open(active), when: atCrops },
    'triggers.review': { run: review, when: () => paused === null && left > 0 },
    'triggers.undo': { run: undo, when: () => !summary.readOnly && verdicts.canUndo() },
  });

  const shownLeft = formatCount(left, language);
  return (
    <>
      <BarEnd>
        {!nameless && (
          <Button icon="review" chord={reviewKey} disabled={paused !== null || left === 0} onClick={review}>
            {result !== null && result.hits > 0 && left === 0 ? t('allReviewed') : t('review', { count: left, shown: shownLeft })}
          </Button>
        )}
      </BarEnd>
      {result === null ? (
        <AnswerPending>{props.unanswerable === null && live.problem === null ? t('asking') : t('noAnswer')}</AnswerPending>
      ) : (
        <AnswerLine result={result} frames={summary.frames} stale={stale} order={order} onOrder={props.onOrder} />
      )}
      {result !== null && result.hits > 0 && stale === null && !nameless && (
        <ReviewLine
          result={result}
          place={active}
          reviewed={reviewed}
          order={order}
          severity={current?.severity ?? null}
          precision={props.precision}
        />
      )}
      <Body
        {...props}
        grid={
          <HitGrid
            ref={grid}
            dataset={dataset}
            hits={hits}
            total={result?.hits ?? 0}
            given={given}
            active={active}
            onActive={moveTo}
            onOpen={open}
            onEnd={more}
            colorOf={colorOf}
            stale={stale !== null}
          />
        }
      />
      <VerdictBar
        paused={result !== null && result.hits === 0 ? t('paused.none') : result === null ? t('paused.noAnswer') : paused}
        given={current === undefined ? null : verdictOf(current, given)}
        categories={choosable(summary.categories).map(({ name }) => ({
          value: name,
          label: name,
          adornment: <span className="sw" style={{ background: colorOf(name) }} />,
        }))}
        relabels={editable && paused === null}
        choosing={choosing}
        onChoosing={(value) => {
          setChoosing(value);
          if (!value) setTimeout(focusCrops);
        }}
        onCategory={(category) => void give('relabel', category)}
        onVerdict={(verdict) => {
          say(verdict);
          focusCrops();
        }}
        onOpen={() => open(active)}
      />
    </>
  );
}

function Body(props: Props & { readonly grid: ReactElement }): ReactElement {
  const { result } = props.live;
  if (result !== null && result.hits > 0 && props.summary.frames > 0) return props.grid;
  // Words instead of crops: where there is little room they scroll, and nothing is pushed out of the window.
  return (
    <div className="hits-none scroll">
      <Instead {...props} />
    </div>
  );
}

function Instead({ summary, live, unanswerable }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const { result, problem, failure } = live;
  if (summary.frames === 0) {
    return (
      <EmptyState icon="frames" title={t('noFrames.title')} text={t('noFrames.text')}>
        <Button
          variant="primary"
          icon="import"
          disabled={summary.readOnly}
          onClick={() => navigate({ view: 'home', dataset: null, params: { import: summary.id } })}
        >
          {t('noFrames.import')}
        </Button>
      </EmptyState>
    );
  }
  if (result === null) {
    if (unanswerable !== null) return <EmptyState icon="trigger" title={t('unanswerable')} text={unanswerable} />;
    const inText = textError(failure);
    if (inText !== null) return <EmptyState icon="alert" title={t('cannotRun')} text={hostText(inText.message)} />;
    if (problem !== null)
      return <ErrorState message={problem.message} safe={t('error.safe')} details={problem.details} onRetry={live.reload} />;
    return <GridSkeleton label={t('asking')} />;
  }
  const unknown = result.unknown.frames;
  return (
    <EmptyState
      icon="check"
      title={t('none.title')}
      text={unknown > 0 ? t('none.unknown', { count: unknown, shown: String(unknown) }) : t('none.text', { count: summary.frames })}
    />
  );
}

function GridSkeleton({ label }: { readonly label: string }): ReactElement {
  return (
    <div className="crops crops-skeleton" role="status" aria-label={label} aria-busy="true">
      {Array.from({ length: 12 }, (_, i) => (
        <Skeleton key={i} height="auto" />
      ))}
    </div>
  );
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
