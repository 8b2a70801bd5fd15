import { memo, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameRow } from '../../../shared/contract/frames.ts';
import { origins } from '../../../shared/domain/annotation.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { cropWindow, union } from '../../lib/cropWindow.ts';
import { dropLoad } from '../../lib/dropLoad.ts';
import { mediaUrl, type MediaVariant } from '../../lib/mediaUrl.ts';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { useStore } from 'zustand';
import { profileOf } from '../../lib/profiles.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { StateMark } from '../../ui/StatePill.tsx';
import { drawThumb } from './drawThumb.ts';
import type { ThumbBox } from './frameCache.ts';
import { hostText } from '../../locales/hostText.ts';

export interface CategoryLook {
  readonly name: string;
  readonly color: string;
}

interface Props {
  readonly dataset: string;
  readonly id: number;
  readonly index: number;
  readonly total: number;
  readonly row: FrameRow | undefined;
  readonly boxes: readonly ThumbBox[] | undefined;
  readonly witness: readonly { readonly id: number; readonly box: Box }[];
  readonly severity: number;
  readonly severityName: string;
  readonly selected: boolean;
  readonly active: boolean;
  readonly hovered: boolean;
  readonly picking: boolean;
  /** CSS px */
  readonly width: number;
  readonly height: number;
  readonly categories: ReadonlyMap<number, CategoryLook>;
  readonly threshold: number;
  readonly variant: MediaVariant;
}

const modelOrigin = origins.indexOf('model');
const unknown: CategoryLook = { name: '?', color: '#9aa4b2' };

export const FrameCell = memo(function FrameCell(props: Props) {
  const { t } = useTranslation('frames');
  const { row, width, height } = props;
  const crop = row === undefined ? null : cropWindow(row.width, row.height, width / height, union(props.witness.map((w) => w.box)));
  const k = crop === null ? 1 : width / crop[2];
  const describe = (shown: FrameRow): string =>
    [
      t(`app:state.${shown.state}`),
      t('boxes', { count: shown.boxes, shown: String(shown.boxes) }),
      shown.problem === undefined ? '' : hostText(shown.problem),
    ]
      .filter((part) => part !== '')
      .join(', ');
  return (
    <div
      id={`frame-${props.id}`}
      role="option"
      aria-description={row === undefined ? undefined : describe(row)}
      aria-selected={props.selected}
      aria-setsize={props.total}
      aria-posinset={props.index + 1}
      data-index={props.index}
      className={['tile', props.selected ? 'sel' : '', props.active ? 'act' : '', props.hovered ? 'hov' : '']
        .filter((c) => c !== '')
        .join(' ')}
      style={{ width }}
    >
      <span className="im" style={{ height }}>
        {row !== undefined && crop !== null && row.problem === undefined && (
          <img
            ref={dropLoad}
            alt=""
            decoding="async"
            draggable={false}
            src={mediaUrl(props.dataset, props.id, props.variant)}
            style={{ width: row.width * k, height: row.height * k, left: -crop[0] * k, top: -crop[1] * k }}
          />
        )}
        {row?.problem !== undefined && (
          <span className="broken" aria-hidden>
            <Icon name="warning" small />
            <span>{hostText(row.problem)}</span>
          </span>
        )}
        {crop !== null && props.boxes !== undefined && <Overlay {...props} crop={crop} boxes={props.boxes} />}
      </span>
      {(props.selected || (props.hovered && props.picking)) && (
        <span className={props.selected ? 'pick' : 'pick no'} aria-hidden>
          {props.selected && <Icon name="check" />}
        </span>
      )}
      <span className="cap">
        {row === undefined ? (
          <>
            <span className="sr-only">{t('loadingFrame', { index: props.index + 1 })}</span>
            <span className="skeleton" aria-hidden />
          </>
        ) : (
          <>
            <StateMark state={row.state} />
            <FrameName name={row.name} />
            <Marks row={row} />
            <span className="n" aria-hidden>
              {Number.isNaN(props.severity) ? (
                <span className="u">{t('boxes', { count: row.boxes, shown: String(row.boxes) })}</span>
              ) : (
                <>
                  <span className="u">{props.severityName}</span> {props.severity.toFixed(2)}
                </>
              )}
            </span>
          </>
        )}
      </span>
      {props.hovered && props.witness.length > 0 && row !== undefined && <Why {...props} />}
    </div>
  );
});

/** Names of a recording differ at their end: a narrow one is cut before it. */
const tailLetters = 8;

function FrameName({ name }: { readonly name: string }) {
  const letters = [...name];
  const cut = Math.max(letters.length - tailLetters, 0);
  return (
    <span className="name" title={name}>
      <span className="sr-only">{name}</span>
      <span aria-hidden>{letters.slice(0, cut).join('')}</span>
      <span aria-hidden>{letters.slice(cut).join('')}</span>
    </span>
  );
}

function Overlay(props: Props & { readonly crop: Box; readonly boxes: readonly ThumbBox[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { boxes, witness, crop, width, height, categories, threshold, hovered } = props;
  const ids = new Set(witness.map((w) => w.id));
  const [x, y, w, h] = crop;
  useLayoutEffect(() => {
    if (canvas.current === null) return;
    drawThumb(canvas.current, width, height, {
      boxes: boxes.filter((box) => ids.has(box.id) || !(box.score < threshold)),
      witness,
      crop: [x, y, w, h],
      colorOf: (category) => (categories.get(category) ?? unknown).color,
      nameOf: (category) => (categories.get(category) ?? unknown).name,
      focused: hovered && witness.length > 0,
      dashed: (box) => box.origin === modelOrigin,
    });
    // `ids` follows from `witness`.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [boxes, witness, x, y, w, h, width, height, categories, threshold, hovered]);
  return <canvas ref={canvas} style={{ width, height }} aria-hidden />;
}

/** What waits on the frame besides its state: a change since approval, open comments, whose work it is. */
function Marks({ row }: { readonly row: FrameRow }) {
  const { t } = useTranslation('frames');
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  return (
    <>
      {row.changed && (
        <span className="row warning" title={t('review.changed')}>
          <Icon name="warning" small />
          <span className="sr-only">{t('review.changed')}</span>
        </span>
      )}
      {row.openComments > 0 && (
        <span className="row dim" title={t('openComments', { count: row.openComments })}>
          <Icon name="comment" small />
          <span className="sr-only">{t('openComments', { count: row.openComments })}</span>
        </span>
      )}
      {row.assignee !== null && (
        <span title={t('assignedTo', { name: row.assignee })}>
          <AuthorBadge profile={profileOf(row.assignee, profiles)} label={t('assignedTo', { name: row.assignee })} />
        </span>
      )}
    </>
  );
}

/** Under the pointer: the pair that matched and how severe it is. */
function Why(props: Props) {
  const { t } = useTranslation('frames');
  const found = props.witness.map((w) => props.boxes?.find((box) => box.id === w.id));
  return (
    <span className="why pop" aria-hidden>
      <span className="row">
        {found.map((box, i) => {
          const look = box === undefined ? unknown : (props.categories.get(box.category) ?? unknown);
          return (
            <span key={props.witness[i]!.id} className="row">
              <span className="sw" style={{ background: look.color }} />
              {look.name} {box !== undefined && !Number.isNaN(box.score) && box.score.toFixed(2)}
            </span>
          );
        })}
      </span>
      <span className="row">
        {!Number.isNaN(props.severity) && (
          <>
            <span className="dim">{t('severity')}</span>
            <span className="v">{props.severity.toFixed(2)}</span>
          </>
        )}
        <span className="right" />
        <KeyHint chord="Enter" />
      </span>
    </span>
  );
}
