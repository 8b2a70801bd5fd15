import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { DatasetCard as Card } from '../../../shared/contract/datasets.ts';
import { formatAddress } from '../../lib/address.ts';
import { formatCount, formatExact, formatRelative, percent } from '../../lib/format.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { hostText } from '../../locales/hostText.ts';

const coverFrames = 6;

/** Of the button that opens a card's menu. */
export function menuId(dataset: string): string {
  return `card-menu-${dataset}`;
}

export function DatasetCard({
  card,
  onLocate,
  onForget,
  onRestore,
}: {
  readonly card: Card;
  readonly onLocate: () => void;
  readonly onForget: () => void;
  readonly onRestore: () => void;
}) {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const now = useNow();
  const share = percent(card.labeled, card.frames);
  const inside = (
    <>
      <Cover card={card} />
      <span className="body">
        <span className="row">
          <h3 className="clip name" title={card.path}>
            {card.name}
          </h3>
          {!card.reachable && (
            <span className="row right gone-acts">
              <Button small onClick={onLocate}>
                {t('locate')}
              </Button>
              <IconButton small label={t('forget', { name: card.name })} icon="close" onClick={onForget} />
            </span>
          )}
          {card.reachable && (
            <span className="row small right">
              {card.openHits !== null && card.openHits > 0 ? (
                <>
                  <Icon name="trigger" small />
                  <Count name="openHits" count={card.openHits} />
                </>
              ) : (
                card.openHits === 0 && t('noHits')
              )}
            </span>
          )}
        </span>
        <span className="row small">
          <Count name="frames" count={card.frames} />
          <span className="dimmer" aria-hidden>
            ·
          </span>
          <Count name="boxes" count={card.boxes} />
        </span>
        <span className="row small">
          <span className="bar-mini" aria-hidden>
            <i className={card.reachable && share < 100 ? undefined : 'full'} style={{ width: `${share}%` }} />
          </span>
          <span className="share">{t('labeled', { share })}</span>
        </span>
        <span className="row small">
          <span className="clip" title={card.lastEdit === null ? undefined : formatExact(card.lastEdit, language)}>
            {card.lastEdit === null ? t('neverEdited') : t('edited', { when: formatRelative(card.lastEdit, now, language) })}
          </span>
          {card.problem !== undefined ? (
            <span className="row small right warn clip" title={hostText(card.problem.message)}>
              <Icon name="warning" small />
              <span className="clip">{hostText(card.problem.message)}</span>
            </span>
          ) : (
            <span className="row small right dimmer clip" title={card.path}>
              <span className="clip path">{card.path}</span>
            </span>
          )}
        </span>
      </span>
    </>
  );
  if (card.reachable) {
    return (
      <div role="listitem" className="card-cell">
        <a className="card" href={formatAddress({ view: 'frames', dataset: card.id, params: {} })}>
          {inside}
        </a>
        <Menu
          label={t('more', { name: card.name })}
          align="end"
          trigger={<IconButton id={menuId(card.id)} className="more" label={t('more', { name: card.name })} icon="down" />}
          entries={[{ id: 'restore', label: t('restore'), icon: 'refresh', onSelect: onRestore }]}
        />
        <Waiting card={card} />
      </div>
    );
  }
  return (
    <div role="listitem" className="card-cell">
      <div className="card gone">{inside}</div>
    </div>
  );
}

/** Six thumbnails; a sign in their place where the dataset has no frames, or was never shown while it was open and so has none yet. */
function Cover({ card }: { readonly card: Card }) {
  const [missing, setMissing] = useState<ReadonlySet<number>>(new Set());
  const isBare = card.cover.slice(0, coverFrames).every((frame) => missing.has(frame));
  if (isBare) {
    return (
      <span className="cover" aria-hidden>
        <span className="ph none">
          <Icon name="frames" />
        </span>
      </span>
    );
  }
  return (
    <span className="cover" aria-hidden>
      {Array.from({ length: coverFrames }, (_, i) => card.cover[i]).map((frame, i) =>
        frame === undefined || missing.has(frame) ? (
          <span key={i} className="ph" />
        ) : (
          <img
            key={i}
            alt=""
            loading="lazy"
            decoding="async"
            src={mediaUrl(card.id, frame, 'cover')}
            onError={() => setMissing((before) => new Set([...before, frame]))}
          />
        ),
      )}
    </span>
  );
}

/** A number and its noun, in the order of the language, the number stronger. */
function Count({ name, count }: { readonly name: 'frames' | 'boxes' | 'openHits'; readonly count: number }) {
  const language = useLanguage();
  return (
    <span>
      <Trans ns="home" i18nKey={name} count={count} values={{ shown: formatCount(count, language) }} components={{ b: <b /> }} />
    </span>
  );
}

const kinds = ['unlabeled', 'rejected', 'unreviewed'] as const;

/** What waits in the dataset, each a queue to begin or go on with. */
function Waiting({ card }: { readonly card: Card }) {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const waiting = kinds.filter((kind) => card.waiting[kind] > 0);
  if (waiting.length === 0) return null;
  return (
    <nav className="waiting" aria-label={t('waitingIn', { name: card.name })}>
      {waiting.map((kind) => (
        <a key={kind} className="chip" href={formatAddress({ view: 'label', dataset: card.id, params: { queue: kind } })}>
          {t(`waiting.${kind}`, { count: card.waiting[kind], shown: formatCount(card.waiting[kind], language) })}
        </a>
      ))}
    </nav>
  );
}
