import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useResource } from '../../lib/useResource.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import type { EditorCompletion } from '../../ui/codeCompletion.ts';
import { CodeEditor, type CodeEditorHandle } from '../../ui/CodeEditor.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { readDraft, writeDraft } from './drafts.ts';
import { editorLook } from './editorLook.ts';
import { Fixtures } from './Fixtures.tsx';
import type { HitOrder } from './hits.ts';
import { HitsPanel } from './HitsPanel.tsx';
import { applySuggestion } from './newTrigger.ts';
import { diagnosticsOf, type TextProblem } from './problems.ts';
import { Problems } from './Problems.tsx';
import { missingHere } from './TriggerList.tsx';
import { useCheckedText } from './useCheckedText.ts';
import { useLiveHits } from './useLiveHits.ts';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly trigger: TriggerSummary;
  readonly order: HitOrder;
  readonly onOrder: (order: HitOrder) => void;
  readonly source: string | null;
  readonly colorOf: (category: string) => string;
  /** The editor takes the focus and selects the trigger's name: it was made just now. */
  readonly fresh: boolean;
  readonly onSaved: (summary: TriggerSummary, previousName: string | undefined) => void;
  readonly onRemoved: (trigger: TriggerSummary) => void;
  readonly onEdited: (edited: boolean) => void;
  readonly focusRef: { current: (() => void) | null };
  readonly editorRef: { current: CodeEditorHandle | null };
}

/** One trigger: its text, its fixtures and what it finds, live. */
export function TriggerWork(props: Props): ReactElement {
  const { summary, trigger, order, source, colorOf, onEdited } = props;
  const { t } = useTranslation('triggers');
  const dataset = summary.id;
  const [text, setText] = useState(() => readDraft(dataset, trigger.name) ?? trigger.text);
  const base = useRef(trigger.text);
  useEffect(() => {
    const before = base.current;
    base.current = trigger.text;
    setText((now) => (now === before ? trigger.text : now));
  }, [trigger.text]);
  const dirty = text !== trigger.text;
  useEffect(() => {
    writeDraft(dataset, trigger.name, dirty ? text : null);
    onEdited(dirty);
  }, [dataset, trigger.name, dirty, text, onEdited]);

  // --- what the host says of the text
  const checked = useCheckedText(dataset, text);
  const problems = useMemo<readonly TextProblem[]>(() => {
    if (checked === null) return [];
    if (checked.problems.length > 0 || checked.hash !== null) return checked.problems;
    return [{ offset: 0, length: 1, line: 1, column: 1, message: t('oneTrigger'), expected: '', suggestions: [] }];
  }, [checked, t]);
  const diagnostics = useMemo(() => (checked === null ? [] : diagnosticsOf(problems, checked.text)), [checked, problems]);
  const current = checked !== null && checked.text === text ? checked : null;
  const good = current !== null && problems.length === 0;
  const broken = checked !== null && problems.length > 0;
  /** The last version that checked: it stays armed, and its hits stay. */
  const [last, setLast] = useState(trigger.error === null && trigger.hash !== null ? { text: trigger.text, hash: trigger.hash } : null);
  const goodHash = good ? current.hash : null;
  useEffect(() => {
    if (goodHash !== null) setLast((before) => (before?.text === text ? before : { text, hash: goodHash }));
  }, [goodHash, text]);
  const live = useLiveHits(dataset, last === null ? null : { text: last.text, order, source });
  const tested = useResource(last === null ? null : last.text, () => api.triggers.test({ text: last?.text ?? '', dataset: summary.id }));
  const fixtures = tested.data?.results ?? [];
  const shortHash = `${(broken ? (last?.hash ?? '') : (current?.hash ?? last?.hash ?? '')).slice(0, 4)}…`;

  // --- saving
  const [wanted, setWanted] = useState(false);
  const running = useRef<Promise<TriggerSummary | null> | null>(null);
  const save = (): Promise<TriggerSummary | null> => {
    const name = current?.name ?? null;
    if (!dirty || !good || name === null || summary.readOnly) return running.current ?? Promise.resolve(null);
    const previousName = trigger.origin === 'dataset' && name !== trigger.name ? trigger.name : undefined;
    running.current ??= saving(() => api.triggers.save({ dataset, name, text, ...(previousName === undefined ? {} : { previousName }) }))
      .then(
        (saved) => {
          writeDraft(dataset, trigger.name, null);
          props.onSaved(saved, previousName);
          return saved;
        },
        (error: unknown) => {
          tell(error);
          return null;
        },
      )
      .finally(() => {
        running.current = null;
      });
    return running.current;
  };
  const latest = useRef({ save });
  useEffect(() => {
    latest.current = { save };
  });
  useEffect(() => {
    if (!wanted || current === null) return;
    setWanted(false);
    void latest.current.save();
  }, [wanted, current]);
  // Leaving the trigger is leaving its editor.
  useEffect(() => () => void latest.current.save(), []);

  const failing = tested.data !== null && tested.data.failed > 0;
  const armable =
    !broken && !failing && fixtures.some(({ expected }) => expected === 'fires') && fixtures.some(({ expected }) => expected === 'silent');
  const arm = async (): Promise<void> => {
    try {
      const saved = dirty ? await save() : trigger;
      if (saved === null) return;
      const armed = await saving(() => api.triggers.arm({ dataset, name: saved.name, armed: !trigger.armed }));
      props.onSaved(armed, undefined);
    } catch (error) {
      tell(error);
    }
  };
  const canArm = !summary.readOnly && (trigger.armed || armable);
  const armKey = useShortcut('triggers.arm');
  const saveKey = useShortcut('triggers.save');
  useCommands({
    'triggers.save': { run: () => setWanted(true), when: () => !summary.readOnly },
    'triggers.edit': () => props.editorRef.current?.focus(),
    'triggers.arm': {
      // By key it says what is missing; the button has that on hover.
      run: () => (canArm ? void arm() : notify({ level: 'info', message: t('armNeeds') })),
      when: () => !summary.readOnly,
      detail: () => trigger.name,
    },
    'triggers.remove': {
      run: () => props.onRemoved(trigger),
      when: () => !summary.readOnly && trigger.origin === 'dataset',
      detail: () => trigger.name,
    },
  });
  const { fresh, editorRef } = props;
  useEffect(() => {
    if (!fresh) return;
    const at = /trigger\s+/.exec(trigger.text);
    const from = at === null ? 0 : at.index + at[0].length;
    editorRef.current?.select(from, from + trigger.name.length);
    // Once, when it was made: the list may know it before this does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [fresh]);

  const complete = async (typed: string, offset: number, explicit: boolean): Promise<readonly EditorCompletion[]> => {
    if (!explicit && !/[\p{L}\p{N}_@:.,(|]\s?$/u.test(typed.slice(0, offset))) return [];
    const { completions } = await api.triggers.complete({ dataset, text: typed, offset });
    return completions
      .slice(0, 24)
      .map(({ detail, ...offer }) => ({ ...offer, ...(detail === undefined ? {} : { detail: hostText(detail) }) }));
  };
  const missing = missingHere(trigger);
  const count = problems.length;
  return (
    <>
      <div className="work-head">
        <h2 className="clip">{trigger.name}</h2>
        <button
          type="button"
          className={trigger.armed ? 'chip on arm' : 'chip arm'}
          aria-pressed={trigger.armed}
          aria-label={trigger.armed ? t('armed') : t('arm')}
          aria-keyshortcuts={armKey}
          disabled={!canArm}
          title={canArm ? t(trigger.armed ? 'disarmTitle' : 'armTitle') : t('armNeeds')}
          onClick={() => void arm()}
        >
          <span className={trigger.armed ? 'armed' : 'armed off'} />
          {trigger.armed ? t('armed') : t('arm')}
        </button>
        {trigger.origin === 'library' && <span className="chip">{t('fromLibrary')}</span>}
        <span className="right" />
        {broken ? (
          <>
            <span className="row danger small nowrap">
              <Icon name="alert" small />
              {t('errorsNotSaved', { count })}
            </span>
            {trigger.armed && last !== null && (
              <span className="dim small nowrap wide">
                {t('version')} <span className="mono plain">{shortHash}</span> {t('staysArmed')}
              </span>
            )}
            {dirty && (
              <Button variant="ghost" small icon="undo" onClick={() => setText(trigger.text)}>
                {t('backTo')} <span className="mono">{(trigger.hash ?? '').slice(0, 4)}…</span>
              </Button>
            )}
          </>
        ) : dirty ? (
          <>
            <span className="dim small nowrap">{t('notSavedYet')}</span>
            <Button small chord={saveKey} disabled={summary.readOnly} onClick={() => setWanted(true)}>
              {t('save')}
            </Button>
          </>
        ) : (
          <span className="dim small row nowrap" title={t('versionTitle')}>
            <Icon name="check" small />
            <span className="wide">{trigger.origin === 'dataset' ? t('savedAs') : t('version')}</span>
            <span className="mono plain">{shortHash}</span>
          </span>
        )}
        {trigger.origin === 'dataset' && (
          <IconButton
            small
            icon="delete"
            label={t('remove', { name: trigger.name })}
            disabled={summary.readOnly}
            onClick={() => props.onRemoved(trigger)}
          />
        )}
      </div>
      <div className="trig-editor">
        <CodeEditor
          ref={editorRef}
          label={t('editor')}
          value={text}
          onChange={setText}
          readOnly={summary.readOnly}
          diagnostics={diagnostics}
          complete={complete}
          extensions={editorLook}
          onSubmit={() => setWanted(true)}
          onEscape={() => props.focusRef.current?.()}
          onFocusChange={(focused) => !focused && setWanted(true)}
        />
      </div>
      {broken && (
        <Problems
          problems={problems}
          readOnly={summary.readOnly}
          onGo={({ offset, length }) => editorRef.current?.select(offset, offset + length)}
          onApply={(problem, suggestion) => {
            setText(applySuggestion(text, problem, suggestion));
            editorRef.current?.focus();
          }}
        />
      )}
      <Fixtures results={fixtures} run={!broken && tested.data !== null} colorOf={colorOf} reason={tested.problem?.message ?? null} />
      <HitsPanel
        summary={summary}
        live={live}
        title={trigger.name}
        order={order}
        onOrder={props.onOrder}
        stale={broken && last !== null ? shortHash : null}
        paused={broken ? t('paused.errors', { count }) : null}
        unanswerable={
          missing === null || missing === '' ? (last === null && broken ? t('fixFirst') : null) : t('missingLong', { names: missing })
        }
        precision={trigger.precision}
        colorOf={colorOf}
        focusRef={props.focusRef}
      />
    </>
  );
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
