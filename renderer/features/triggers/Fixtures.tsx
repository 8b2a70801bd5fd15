import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FixtureResult } from '../../../shared/contract/triggers.ts';
import { union } from '../../lib/cropWindow.ts';
import { Icon } from '../../ui/Icon.tsx';

interface Props {
  readonly results: readonly FixtureResult[];
  /** The text checks and the results are of it. */
  readonly run: boolean;
  readonly colorOf: (category: string) => string;
  /** Why they could not be run, where that is known. */
  readonly reason: string | null;
}

/** The fixtures of a trigger as small drawings: what each holds, what it expects, what came out. */
export function Fixtures({ results, run, colorOf, reason }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const passed = results.filter((result) => result.passed).length;
  return (
    <div className="fixes">
      <div className="fixes-head">
        <h3>{t('fixtures.title')}</h3>
        <span className={run && passed < results.length ? 'small danger' : 'small dim'}>
          {run && results.length === 0
            ? t('fixtures.empty')
            : !run
              ? t('fixtures.notRun')
              : t('fixtures.passed', { passed, count: results.length })}
        </span>
      </div>
      {results.length === 0 ? (
        <span className="dim small fixes-none">{reason ?? t('fixtures.none')}</span>
      ) : (
        <ul className="fixes-list scroll" tabIndex={0} aria-label={t('fixtures.title')}>
          {results.map((result) => (
            <li key={`${result.trigger} ${result.name}`} className={run && !result.passed ? 'fx bad' : 'fx'}>
              <Drawing result={result} colorOf={colorOf} />
              <span className="fx-text">
                <b className="clip" title={result.name}>
                  {result.name}
                </b>
                <Outcome result={result} run={run} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Outcome({ result, run }: { readonly result: FixtureResult; readonly run: boolean }): ReactElement {
  const { t } = useTranslation('triggers');
  const expected = t(`fixtures.${result.expected}`);
  if (!run) return <span className="fx-st">{t('fixtures.expectedNotRun', { expected })}</span>;
  if (!result.passed) {
    return (
      <span className="fx-st danger">
        <Icon name="close" small />
        {t('fixtures.failed', { expected, actual: t(`fixtures.${result.actual}`) })}
      </span>
    );
  }
  return (
    <span className={result.expected === 'fires' ? 'fx-st success' : 'fx-st'}>
      <Icon name="check" small />
      {expected}
    </span>
  );
}

const width = 52;
const height = 38;

/** Boxes fitted into the drawing, the larger ones below. */
function Drawing({ result, colorOf }: { readonly result: FixtureResult; readonly colorOf: (category: string) => string }): ReactElement {
  const boxes = result.boxes.toSorted((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3]);
  const whole = union(boxes.map(({ bbox }) => bbox)) ?? [0, 0, 1, 1];
  const k = Math.min((width - 8) / Math.max(1, whole[2]), (height - 8) / Math.max(1, whole[3]));
  const left = (width - whole[2] * k) / 2;
  const top = (height - whole[3] * k) / 2;
  return (
    <svg className="fx-draw" viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {boxes.map(({ category, bbox: [x, y, w, h] }, i) => (
        <rect
          key={i}
          x={left + (x - whole[0]) * k}
          y={top + (y - whole[1]) * k}
          width={Math.max(1, w * k)}
          height={Math.max(1, h * k)}
          fill={colorOf(category)}
          fillOpacity={0.16}
          stroke={colorOf(category)}
          strokeWidth={1.25}
        />
      ))}
    </svg>
  );
}
