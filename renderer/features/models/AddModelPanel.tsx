import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { choosable } from '../../../shared/domain/category.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { ModelInspection, ModelSummary } from '../../../shared/contract/models.ts';
import type { FrameId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { api } from '../../api/api.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatBytes, formatDuration } from '../../lib/format.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { shortReason } from '../../lib/shortReason.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { addressStore } from '../../state/addressStore.ts';
import { hostStore, providerLabel } from '../../state/hostStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { FrameCrop } from '../../ui/FrameCrop.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { RangeInput } from '../../ui/RangeInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly path: string;
  readonly onClose: () => void;
  readonly onAdded: (model: ModelSummary) => void;
}

const leaveOut = '';
/** Letters of the name of a free side that are still read. */
const freeSide = 8;

/** The wizard's first form: what was found in the file, its boxes on a frame, its categories beside the dataset's. */
export function AddModelPanel({ summary, path, onClose, onAdded }: Props): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const file = path.split(/[\\/]/).at(-1) ?? path;
  const found = useResource(path, () => api.models.inspect({ path }));
  const [name, setName] = useState(file.replace(/\.onnx$/i, ''));
  const [map, setMap] = useState<{ readonly [category: string]: string }>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const inspection = found.data;
  const chosen = useMemo(() => ({ ...(inspection ? suggestedMap(inspection, summary) : {}), ...map }), [inspection, summary, map]);
  const mapped = Object.values(chosen).filter((target) => target !== leaveOut).length;

  const add = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      onAdded(
        await api.models.add({
          dataset: summary.id,
          path,
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          map: Object.fromEntries(Object.entries(chosen).filter(([, target]) => target !== leaveOut)),
        }),
      );
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <aside className="side model-panel" aria-label={t('add.found', { file })}>
      <div className="panel-head">
        <Icon name="box" small />
        <h2 className="clip">{t('add.found', { file })}</h2>
        {inspection !== null && (
          <span className="dim small clip">
            {formatBytes(inspection.bytes, language)} · sha256 <span className="mono">{inspection.sha256.slice(0, 8)}</span>
          </span>
        )}
        <span className="right" />
        <IconButton label={t('app:close')} icon="close" onClick={onClose} />
      </div>
      {inspection === null ? (
        found.problem === null ? (
          <SkeletonRows rows={10} label={t('add.inspecting')} />
        ) : (
          <ErrorState
            message={found.problem.message}
            safe={t('add.errorSafe')}
            tryThis={t('add.errorTry')}
            details={found.problem.details}
            onRetry={found.reload}
          />
        )
      ) : (
        <>
          <div className="scroll grow wizard">
            <div className="wizard-facts">
              <Facts inspection={inspection} />
              <Providers />
            </div>
            <div className="wizard-try">
              <TryOn summary={summary} path={path} />
              <section className="sec">
                <h3>
                  {t('add.categories', { mapped, count: inspection.categories.length })}
                  {mapped < inspection.categories.length && (
                    <span className="right warning">{t('add.notMapped', { count: inspection.categories.length - mapped })}</span>
                  )}
                </h3>
                <ul className="mapping">
                  {inspection.categories.map((category, index) => (
                    <li key={category} data-open={(chosen[category] ?? leaveOut) === leaveOut ? '' : undefined}>
                      <span className="dimmer number">{index}</span>
                      <span className="clip">{category}</span>
                      <Icon name="next" small />
                      <Select
                        label={t('add.mapTo', { category })}
                        value={chosen[category] ?? leaveOut}
                        onChange={(target) => setMap({ ...map, [category]: target })}
                        choices={[{ value: leaveOut, label: t('add.leaveOut') }, ...targets(summary, category)]}
                      />
                    </li>
                  ))}
                </ul>
              </section>
            </div>
          </div>
          <div className="panel-foot">
            <label className="input grow">
              <span className="dim">{t('add.name')}</span>
              <input value={name} maxLength={128} onChange={(event) => setName(event.target.value)} />
            </label>
            {problem !== null && (
              <span className="danger clip" role="alert" title={problem.message}>
                {problem.message}
              </span>
            )}
            <Button variant="primary" icon="plus" disabled={busy || summary.readOnly} onClick={() => void add()}>
              {t('add.action')}
            </Button>
          </div>
        </>
      )}
    </aside>
  );
}

/** Same name but for case, spaces and underscores. A dataset without categories takes the model's as they are. */
function suggestedMap(inspection: ModelInspection, summary: DatasetSummary): { readonly [category: string]: string } {
  const folded = (text: string): string => text.toLowerCase().replace(/[\s_-]+/g, ' ');
  const known = new Map(choosable(summary.categories).map((category) => [folded(category.name), category.name]));
  return Object.fromEntries(
    inspection.categories.map((category) => [
      category,
      summary.categories.length === 0 ? category : (known.get(folded(category)) ?? leaveOut),
    ]),
  );
}

function targets(summary: DatasetSummary, category: string) {
  const own = choosable(summary.categories).map((item) => ({
    value: item.name,
    label: item.name,
    adornment: <span className="sw" style={{ background: categoryColor(item) }} />,
  }));
  return summary.categories.length === 0 ? [{ value: category, label: category }] : own;
}

function Facts({ inspection }: { readonly inspection: ModelInspection }): ReactElement {
  const { t } = useTranslation('models');
  const { input } = inspection;
  // Exporters name free sides after their operators; a letter like N says something, such a name does not.
  const shape = (dims: readonly (number | string)[]): string =>
    dims.map((dim) => (typeof dim === 'string' && dim.length > freeSide ? '?' : dim)).join('×');
  return (
    <>
      <section className="sec">
        <h3>{t('add.family')}</h3>
        <p className="row">
          <strong className="wizard-family">{t(`families.${inspection.family}`, { defaultValue: inspection.family })}</strong>
          <span className="right dim nowrap">{t('add.sure', { percent: Math.round(inspection.confidence * 100) })}</span>
        </p>
        <ul className="wizard-why">
          {inspection.why.map((sentence) => (
            <li key={sentence}>
              <Icon name="check" small />
              <span>{hostText(sentence)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="sec">
        <h3>{t('add.io')}</h3>
        <table className="io">
          <tbody>
            <tr>
              <td className="mono">{input.name}</td>
              <td>{input.dtype}</td>
              <td className="mono" title={input.shape.join('×')}>
                {shape(input.shape)}
              </td>
              <td className="dim">{input.layout?.toUpperCase()}</td>
            </tr>
            {inspection.outputs.map((output) => (
              <tr key={output.name}>
                <td className="mono">{output.name}</td>
                <td>{output.dtype}</td>
                <td className="mono" title={output.shape.join('×')}>
                  {shape(output.shape)}
                </td>
                <td />
              </tr>
            ))}
          </tbody>
        </table>
        <p className="dim small">{pixelWords(input.normalisation)}</p>
      </section>
    </>
  );
}

/** The parts of "RGB, 0 … 255, minus 127/127/127, over 128/128/128, stretched" that are words. */
const pixelWords = (said: string): string =>
  said.replace(/, minus [^,]+, over [^,]+/, (part) => hostText(part)).replace(/[a-z][a-z ]+$/, (part) => hostText(part));

/** Every provider with the reason why it is not used. */
function Providers(): ReactElement {
  const { t } = useTranslation('models');
  const doctor = useStore(hostStore, (state) => state.doctor);
  return (
    <section className="sec">
      <h3>{t('add.providers')}</h3>
      {doctor === null ? (
        <SkeletonRows rows={3} label={t('add.providers')} />
      ) : (
        <ul className="providers">
          {doctor.providers
            .toSorted((a, b) => Number(b.available) - Number(a.available))
            .map((provider) => (
              <li key={provider.name}>
                <Icon name={provider.available ? 'check' : 'close'} small />
                <span>{providerLabel(provider.name)}</span>
                <span className="dim" title={hostText(provider.reason ?? '')}>
                  {provider.available ? hostText(provider.device ?? t('add.available')) : shortReason(hostText(provider.reason ?? ''))}
                </span>
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

/** The model on one frame of the dataset, at once: the best proof that it was understood. */
function TryOn({ summary, path }: { readonly summary: DatasetSummary; readonly path: string }): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const dataset = summary.id;
  const [threshold, setThreshold] = useState(0.35);
  // The frame that is open on the canvas, or the first one.
  const openName = addressStore.getState().last.label?.params['frame'];
  const frame = useResource(summary.frames === 0 ? null : `${dataset} ${openName ?? ''}`, async () => {
    if (openName !== undefined) return api.frames.byName({ dataset, name: openName });
    const { ids } = await api.frames.query({ dataset, selection: {} });
    const [row] = await api.frames.rows({ dataset, ids: ids.slice(0, 1) });
    return row ?? null;
  });
  const row = frame.data;
  const tried = useResource(row === null ? null : `${path} ${row.id}`, () =>
    api.models.tryOn({ dataset, path, frame: row?.id as FrameId, scoreThreshold: 0.05 }),
  );
  const colors = useMemo(
    () => new Map(summary.categories.map((category) => [category.name.toLowerCase(), categoryColor(category)])),
    [summary.categories],
  );
  const [shown, setShown] = useState<readonly { category: string; bbox: Box; score: number }[]>([]);
  useEffect(() => setShown((tried.data?.boxes ?? []).filter((box) => box.score >= threshold)), [tried.data, threshold]);
  if (summary.frames === 0) return <p className="sec dim">{t('add.noFrame')}</p>;
  return (
    <section className="sec">
      <h3>
        {t('add.openFrame')}
        <span className="mono dim clip">{row?.name}</span>
        <span className="right row threshold">
          <RangeInput label={t('run.threshold')} min={0.05} max={0.95} step={0.05} value={threshold} onChange={setThreshold} />
          <span className="nowrap">≥ {threshold.toFixed(2)}</span>
        </span>
      </h3>
      {row !== null && (
        <div className="try-image" style={{ aspectRatio: `${row.width} / ${row.height}` }}>
          <FrameCrop
            src={mediaUrl(dataset, row.id, 'thumb-512')}
            frame={row}
            crop={[0, 0, row.width, row.height]}
            boxes={shown.map((box) => ({
              bbox: box.bbox,
              color: colors.get(box.category.toLowerCase()) ?? '#e6e9ee',
              dashed: true,
            }))}
            label={t('add.boxesOn', { count: shown.length, frame: row.name })}
          />
        </div>
      )}
      <p className="row dim small">
        {tried.data === null ? (
          (tried.problem?.message ?? t('add.trying'))
        ) : (
          <>
            <span>{t('boxes', { count: shown.length })}</span>
            <span className="right">
              {formatDuration(tried.data.ms / 1000, language)} · {providerLabel(tried.data.provider)}
            </span>
          </>
        )}
      </p>
    </section>
  );
}
