import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatCount } from '../../lib/format.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { addressStore, navigate } from '../../state/addressStore.ts';
import { commandStore, isEnabled, keysOf, runCommand } from '../../state/commandStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { openPalette, overlayStore } from '../../state/overlayStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { matchText, type Piece } from './matchText.ts';
import './palette.css';
import { boundKeys } from '../../state/keyPresets.ts';

interface Entry {
  readonly id: string;
  readonly mark: ReactNode;
  readonly title: readonly Piece[];
  readonly meta: readonly Piece[];
  readonly end: ReactNode;
  readonly run: () => void;
}

interface Group {
  readonly name: string;
  readonly note?: string;
  readonly entries: readonly Entry[];
}

export function CommandPalette() {
  const open = useStore(overlayStore, (state) => state.palette);
  return (
    <Dialog.Root open={open} onOpenChange={openPalette}>
      {open && <Palette />}
    </Dialog.Root>
  );
}

const plain = (text: string): readonly Piece[] => [{ text, hit: false }];

function Palette() {
  const { t } = useTranslation('palette');
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const onlyCommands = text.startsWith('>');
  const wanted = (onlyCommands ? text.slice(1) : text).trim();
  const groups = useGroups(wanted, onlyCommands);
  const entries = useMemo(() => groups.flatMap((group) => group.entries), [groups]);
  const at = Math.min(active, Math.max(0, entries.length - 1));

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, groups]);

  const take = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    openPalette(false);
    // After the dialog gave the focus back, so that a command may move it on.
    setTimeout(entry.run, 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const last = entries.length - 1;
    if (event.key === 'ArrowDown') setActive(at >= last ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setActive(at <= 0 ? Math.max(0, last) : at - 1);
    else if (event.key === 'PageDown') setActive(Math.min(last, at + 8));
    else if (event.key === 'PageUp') setActive(Math.max(0, at - 8));
    else if (event.key === 'Tab') setActive(nextGroup(groups, at, event.shiftKey));
    else if (event.key === 'Enter') take(event.ctrlKey || event.metaKey ? entries.find((entry) => entry.id === 'frames.all') : entries[at]);
    else return;
    event.preventDefault();
  };

  let index = -1;
  return (
    <Dialog.Portal>
      <div className="scrim" />
      <Dialog.Content className="pop cmd" aria-describedby={undefined} onKeyDown={onKeyDown}>
        <Dialog.Title className="sr-only" lang="en">
          {fixedNames.commands}
        </Dialog.Title>
        <div className="cmd-in">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label={fixedNames.command}
            aria-expanded={entries.length > 0}
            aria-controls="palette-list"
            aria-autocomplete="list"
            aria-activedescendant={entries.length > 0 ? `palette-${at}` : undefined}
            placeholder={t('placeholder')}
            value={text}
            spellCheck={false}
            autoComplete="off"
            autoFocus
            onChange={(event) => {
              setText(event.target.value);
              setActive(0);
            }}
          />
          <KeyHint chord="Escape" />
        </div>
        <div className="cmd-list scroll" role="listbox" id="palette-list" aria-label={fixedNames.commands} ref={list}>
          {groups.map(
            (group) =>
              group.entries.length > 0 && (
                <div key={group.name} role="group" aria-label={group.name}>
                  <h3 aria-hidden>
                    {group.name}
                    {group.note !== undefined && <span>{group.note}</span>}
                  </h3>
                  {group.entries.map((entry) => {
                    index += 1;
                    const mine = index;
                    return (
                      <div
                        key={entry.id}
                        id={`palette-${mine}`}
                        role="option"
                        aria-selected={mine === at}
                        className="cmd-o"
                        onPointerMove={() => setActive(mine)}
                        onClick={() => take(entry)}
                      >
                        {entry.mark}
                        <Pieces pieces={entry.title} />
                        <Pieces pieces={entry.meta} className="m clip" />
                        <span className="k">{entry.end}</span>
                      </div>
                    );
                  })}
                </div>
              ),
          )}
          {entries.length === 0 && <p className="cmd-none dim">{t('nothing')}</p>}
        </div>
        <div className="cmd-ft" aria-hidden>
          <span>
            <KeyHint chord="ArrowUp" />
            <KeyHint chord="ArrowDown" /> {t('choose')}
          </span>
          <span>
            <KeyHint chord="Enter" /> {t('run')}
          </span>
          <span>
            <KeyHint chord="Tab" /> {t('nextGroup')}
          </span>
          <span className="right">
            <kbd>&gt;</kbd> {t('onlyCommands')}
          </span>
        </div>
      </Dialog.Content>
    </Dialog.Portal>
  );
}

function nextGroup(groups: readonly Group[], at: number, back: boolean): number {
  const starts: number[] = [];
  let count = 0;
  for (const group of groups) {
    if (group.entries.length > 0) starts.push(count);
    count += group.entries.length;
  }
  if (starts.length === 0) return 0;
  const here = starts.findLastIndex((start) => start <= at);
  return starts[(here + (back ? -1 : 1) + starts.length) % starts.length] ?? 0;
}

function Pieces({ pieces, className }: { readonly pieces: readonly Piece[]; readonly className?: string }) {
  return (
    <span className={className}>
      {pieces.map((piece, i) => (piece.hit ? <b key={i}>{piece.text}</b> : <span key={i}>{piece.text}</span>))}
    </span>
  );
}

function useGroups(wanted: string, onlyCommands: boolean): readonly Group[] {
  const { t } = useTranslation('palette');
  const language = useLanguage();
  const commands = useStore(commandStore, (state) => state.commands);
  const handlers = useStore(commandStore, (state) => state.handlers);
  const bound = useStore(settingsStore, (state) => boundKeys(state.settings));
  const { view } = useStore(addressStore, (state) => state.address);
  const dataset = useStore(datasetStore, (state) => (state.summary === null ? null : state.id)) as DatasetId | null;

  const search = !onlyCommands && wanted.length > 0;
  const found = useResource(search && dataset !== null && wanted.length > 1 ? `frames ${dataset} ${wanted}` : null, () =>
    api.frames.find({ dataset: dataset!, text: wanted, limit: 6 }),
  );
  const triggers = useResource(search && dataset !== null ? `triggers ${dataset}` : null, () => api.triggers.list({ dataset: dataset! }));
  const datasets = useResource(search ? 'datasets' : null, () => api.datasets.list({}));

  return useMemo(() => {
    const commandEntries = commands
      .filter((command) => (command.hidden !== true || wanted !== '') && command.id !== 'app.palette' && isEnabled(command.id))
      .flatMap((command) => {
        const [namespace = '', ...name] = command.id.split('.');
        const title = t(`${namespace}:commands.${name.join('.')}`);
        const match = matchText(title, wanted);
        if (match === null) return [];
        const [chord] = keysOf(command, bound);
        const entry: Entry = {
          id: command.id,
          mark: command.icon === undefined ? null : <Icon name={command.icon} />,
          title: match.pieces,
          meta: plain(handlers[command.id]?.detail?.() ?? ''),
          end: <KeyHint chord={chord} />,
          run: () => runCommand(command.id),
        };
        return [{ entry, score: match.score + (command.scope === view ? 0 : 0.5) }];
      })
      .sort((a, b) => a.score - b.score)
      .slice(0, wanted === '' ? 40 : 8)
      .map(({ entry }) => entry);

    const frameEntries: Entry[] = (search && dataset !== null ? (found.data ?? []) : []).map((row) => {
      const byName = matchText(row.name, wanted);
      const tag = byName === null ? row.tags.find((candidate) => matchText(candidate, wanted) !== null) : undefined;
      return {
        id: `frame ${row.id}`,
        mark: <img alt="" src={mediaUrl(dataset!, row.id, 'thumb-256')} width={32} height={24} />,
        title: byName?.pieces ?? plain(row.name),
        meta: tag === undefined ? plain('') : [{ text: `${t('tag')} `, hit: false }, ...(matchText(tag, wanted)?.pieces ?? [])],
        end: t(`app:state.${row.state}`),
        run: () => navigate({ view: 'label', dataset, params: { frame: row.name } }),
      };
    });
    const triggerEntries = (search && dataset !== null ? (triggers.data ?? []) : [])
      .flatMap((trigger): Entry[] => {
        const byName = matchText(trigger.name, wanted);
        const byGuideline = matchText(trigger.guideline ?? '', wanted);
        if (byName === null && byGuideline === null) return [];
        return [
          {
            id: `trigger ${trigger.name}`,
            mark: <Icon name="trigger" />,
            title: byName?.pieces ?? plain(trigger.name),
            meta: byGuideline?.pieces ?? plain(trigger.guideline ?? ''),
            end: trigger.hits === null ? '' : t('hits', { count: trigger.hits, shown: formatCount(trigger.hits, language) }),
            run: () => navigate({ view: 'triggers', dataset, params: { trigger: trigger.name } }),
          },
        ];
      })
      .slice(0, 6);

    const datasetEntries = (search ? (datasets.data ?? []) : [])
      .flatMap((card): Entry[] => {
        const match = matchText(card.name, wanted);
        if (match === null || !card.reachable) return [];
        return [
          {
            id: `dataset ${card.id}`,
            mark: <Icon name="folder" />,
            title: match.pieces,
            meta: plain(''),
            end: t('frameCount', { count: card.frames, shown: formatCount(card.frames, language) }),
            run: () => navigate({ view: 'frames', dataset: card.id, params: {} }),
          },
        ];
      })
      .slice(0, 4);

    return [
      { name: t('commands'), entries: commandEntries },
      { name: t('frames'), entries: frameEntries },
      { name: t('triggers'), entries: triggerEntries },
      { name: t('datasets'), entries: datasetEntries },
    ];
  }, [commands, handlers, bound, view, dataset, wanted, search, found.data, triggers.data, datasets.data, t, language]);
}
