import { type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { api } from '../../api/api.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { choosable } from '../../../shared/domain/category.ts';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { BarMiddle } from '../../lib/barSlots.tsx';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatCount } from '../../lib/format.ts';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { addressStore, setParams } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import type { CodeEditorHandle } from '../../ui/CodeEditor.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { type HitOrder, hitOrderOf } from './hits.ts';
import { freeName, newTriggerText, triggerFromQuery } from './newTrigger.ts';
import type { TextProblem } from './problems.ts';
import { QueryField } from './QueryField.tsx';
import { QueryWork } from './QueryWork.tsx';
import { shelves, TriggerList } from './TriggerList.tsx';
import { TriggerWork } from './TriggerWork.tsx';
import './triggers.css';
import { useTriggerList } from './useTriggerList.ts';

export function TriggersView(): ReactElement {
  const summary = useStore(datasetStore, (state) => state.summary);
  return summary === null ? <></> : <Triggers summary={summary} />;
}

const noProblems: { readonly query: string; readonly problems: readonly TextProblem[] } = { query: '', problems: [] };

function Triggers({ summary }: { readonly summary: DatasetSummary }): ReactElement {
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const dataset = summary.id;
  const { list, problem, reload, put } = useTriggerList(dataset);
  const params = useStore(addressStore, (state) => state.address.params);
  const order = hitOrderOf(params['order']);
  const source = params['source'] ?? null;
  const [query, setQuery] = useState(params['query'] ?? '');
  const [asked, setAsked] = useState(noProblems);
  const [edited, setEdited] = useState(false);
  const [fresh, setFresh] = useState<string | null>(null);
  /** A renamed trigger is still the one in the editor. */
  const [alias, setAlias] = useState<{ readonly name: string; readonly key: string } | null>(null);
  const queryEditor = useRef<CodeEditorHandle>(null);
  const editor = useRef<CodeEditorHandle>(null);
  const focusCrops = useRef<(() => void) | null>(null);

  const chosen = (list ?? []).find(({ name }) => name === params['trigger']) ?? firstOf(list ?? []);
  const choose = (name: string): void => {
    setQuery('');
    setParams({ trigger: name, query: null });
  };
  const changeQuery = (text: string): void => {
    setQuery(text);
    setParams({ query: text.trim() });
  };
  const onProblems = useCallback(
    (text: string, problems: readonly TextProblem[]) =>
      setAsked((before) =>
        before.query === text && before.problems.length === 0 && problems.length === 0 ? before : { query: text, problems },
      ),
    [],
  );
  const categoryColors = useMemo(
    () => new Map(summary.categories.map((category) => [category.name, categoryColor(category)])),
    [summary.categories],
  );
  const colorOf = useCallback((category: string): string => categoryColors.get(category) ?? '#9aa4b2', [categoryColors]);

  const create = async (wanted: string, textOf: (name: string) => string): Promise<void> => {
    const name = freeName(
      wanted,
      (list ?? []).map((trigger) => trigger.name),
    );
    try {
      const saved = await saving(() => api.triggers.save({ dataset, name, text: textOf(name) }));
      put(saved);
      setFresh(name);
      choose(name);
    } catch (error) {
      tell(error);
    }
  };
  const createNew = (): void => void create('new_trigger', (name) => newTriggerText(name, choosable(summary.categories)));
  const remove = (trigger: TriggerSummary): void => {
    const { name, text, armed } = trigger;
    const restore = async (): Promise<void> => {
      const saved = await saving(() => api.triggers.save({ dataset, name, text }));
      put(armed ? await saving(() => api.triggers.arm({ dataset, name, armed: true })) : saved);
      choose(name);
    };
    saving(() => api.triggers.remove({ dataset, name })).then(() => {
      reload();
      notify({
        level: 'success',
        message: t('removed', { name }),
        action: { label: t('app:undo'), run: () => void restore().catch(tell) },
      });
    }, tell);
  };
  const leaveQuery = (): void => {
    changeQuery('');
    focusCrops.current?.();
  };
  useCommands({
    'triggers.query': () => queryEditor.current?.focus(),
    'triggers.leaveQuery': { run: leaveQuery, when: () => query.trim() !== '' },
    'triggers.new': { run: createNew, when: () => !summary.readOnly },
  });

  if (list === null) {
    return problem === null ? (
      <SkeletonRows rows={12} label={t('loading')} />
    ) : (
      <ErrorState message={problem.message} safe={t('error.safe')} details={problem.details} onRetry={reload} />
    );
  }
  const asking = query.trim() !== '';
  const read = source ?? summary.activeRun ?? 'gt';
  const setOrder = (value: HitOrder): void => setParams({ order: value === 'severity' ? null : value });
  const workKey = chosen === null ? '' : alias?.name === chosen.name ? alias.key : chosen.name;
  return (
    <div className="triggers-view">
      <BarMiddle>
        <span className="chip wide">{t('frames', { count: summary.frames, shown: formatCount(summary.frames, language) })}</span>
        <Select
          label={t('boxesOf')}
          icon={read === 'gt' ? 'edit' : 'box'}
          value={read}
          choices={['gt', ...summary.runs].map((name) => ({ value: name, label: name === 'gt' ? t('annotations') : name }))}
          onChange={(value) => setParams({ source: value === (summary.activeRun ?? 'gt') ? null : value })}
        />
        <QueryField
          dataset={dataset}
          text={query}
          onText={changeQuery}
          onDone={() => focusCrops.current?.()}
          problems={asking ? asked.problems : []}
          editor={queryEditor}
        />
      </BarMiddle>
      <TriggerList
        list={list}
        chosen={asking ? null : (chosen?.name ?? null)}
        edited={edited}
        readOnly={summary.readOnly}
        onChoose={(name) => {
          setFresh(null);
          choose(name);
        }}
        onNew={createNew}
        onEdit={() => editor.current?.focus()}
      />
      <section className="trig-work" aria-label={asking ? t('askedOnce') : (chosen?.name ?? t('title'))}>
        {asking ? (
          <QueryWork
            summary={summary}
            query={query}
            order={order}
            onOrder={setOrder}
            source={source}
            colorOf={colorOf}
            onProblems={onProblems}
            onKeep={() => void create('new_trigger', (name) => triggerFromQuery(name, query))}
            onLeave={leaveQuery}
            focusRef={focusCrops}
          />
        ) : (
          chosen !== null && (
            <TriggerWork
              key={workKey}
              summary={summary}
              trigger={chosen}
              order={order}
              onOrder={setOrder}
              source={source}
              colorOf={colorOf}
              fresh={fresh === chosen.name}
              onSaved={(saved, previousName) => {
                // Only while it is still the one that is shown: leaving a trigger saves it, too.
                const here = addressStore.getState().address.params['trigger'] ?? chosen.name;
                put(saved, previousName);
                if (here !== chosen.name || saved.name === chosen.name) return;
                setAlias({ name: saved.name, key: workKey });
                setParams({ trigger: saved.name });
              }}
              onRemoved={remove}
              onEdited={setEdited}
              focusRef={focusCrops}
              editorRef={editor}
            />
          )
        )}
      </section>
    </div>
  );
}

/** Where one begins: the first of one's own, or the first of the library that finds something. */
function firstOf(list: readonly TriggerSummary[]): TriggerSummary | null {
  const own = list.find(({ origin }) => origin === 'dataset');
  if (own !== undefined) return own;
  const library = shelves(list).flatMap(([, triggers]) => triggers);
  return library.find(({ hits }) => (hits ?? 0) > 0) ?? library[0] ?? null;
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
